extension AbbreviationTable {
    /// Reads the attributes of the entry at the cursor, which stands behind its code.
    @inline(__always)
    func forEachAttribute(
        of abbreviation: Abbreviation, _ cursor: inout Cursor, _ shape: UnitShape,
        _ body: (AttributeName, FormValue) -> Void
    ) {
        for index in abbreviation.attributes {
            let attribute = attributes[Int(index)]
            body(
                attribute.name,
                FormValue(attribute.form, implicit: attribute.implicit, &cursor, shape))
        }
    }

    /// Passes over the entry at the cursor, which stands behind its code; gives the distance from
    /// the unit's start to the entry behind its children, where it is said.
    @inline(__always)
    func skip(
        _ abbreviation: Abbreviation, _ cursor: inout Cursor, _ shape: UnitShape
    ) -> UInt64? {
        if let length = abbreviation.fixedLength {
            cursor.skip(Int(length))
            return nil
        }
        var sibling: UInt64? = nil
        for index in abbreviation.steps {
            switch steps[Int(index)] {
            case .skip(let length): cursor.skip(length, shape)
            case .sibling(let form):
                if case .unitEntry(let offset) = FormValue(form, implicit: 0, &cursor, shape) {
                    sibling = offset
                }
            }
        }
        return sibling
    }
}
