extension AbbreviationTable {
    /// Reads the attributes of the DIE at the cursor, which stands behind its code.
    @inline(__always)
    func forEachAttribute(
        of abbreviation: Abbreviation, _ cursor: inout DWARFCursor, _ shape: UnitShape,
        _ body: (AttributeName, AttributeValue) -> Void
    ) {
        for index in abbreviation.attributes {
            let attribute = attributes[Int(index)]
            body(
                attribute.name,
                AttributeValue(attribute.form, implicit: attribute.implicit, &cursor, shape))
        }
    }

    /// Passes over the DIE at the cursor, which stands behind its code; gives the distance from
    /// the unit's start to the DIE behind its children, where it is said.
    @inline(__always)
    func skip(
        _ abbreviation: Abbreviation, _ cursor: inout DWARFCursor, _ shape: UnitShape
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
                if case .unitDIE(let offset) = AttributeValue(form, implicit: 0, &cursor, shape) {
                    sibling = offset
                }
            }
        }
        return sibling
    }
}
