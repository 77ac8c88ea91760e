import CElfutils

/// The shapes of a unit's DIEs (DWARF 5, 7.5.3), with what it takes to pass over each.
struct AbbreviationTable {
    /// What a DIE may mean to a reader of functions.
    enum Role: UInt8 {
        /// Nothing, and its children neither.
        case plain
        /// Functions may be below it: a namespace, a class, a lexical block.
        case scope
        case function
        case inlinedCall
        case label
    }

    struct Abbreviation {
        let role: Role
        let hasChildren: Bool
        /// Whether it has addresses of code.
        let hasCode: Bool
        let isCompileUnit: Bool
        /// The length of all its attributes, where that is always the same and no sibling is named.
        var fixedLength: Int32?
        /// Indices into ``AbbreviationTable/attributes`` and ``AbbreviationTable/steps``.
        var attributes: Range<Int32>
        var steps: Range<Int32>
    }

    struct Attribute {
        let name: AttributeName
        let form: AttributeForm
        /// The value of ``AttributeForm/implicitConstant``.
        let implicit: Int64
    }

    /// A part of the way through a DIE that is passed over.
    enum Step {
        case skip(AttributeForm.Length)
        /// The offset in the unit of the DIE behind all children.
        case sibling(AttributeForm)
    }

    /// Far more than a compiler writes; attributes may be without length.
    private static let mostAttributes = 256

    private(set) var abbreviations: [Abbreviation] = []
    private(set) var attributes: [Attribute] = []
    private(set) var steps: [Step] = []
    /// By code, an index into ``abbreviations``, where codes do not go 1, 2, 3, ….
    private var sparse: [UInt64: Int] = [:]

    /// Reads the table at the cursor, and leaves it behind the table.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``
    init(_ cursor: inout DWARFCursor, _ shape: UnitShape) throws(DebugInfoError) {
        let start = cursor.offset
        while true {
            let code = cursor.unsignedLEB()
            guard code != 0, !cursor.isBroken else { break }
            let (tag, children) = (cursor.unsignedLEB(), cursor.byte())
            let firstAttribute = attributes.count
            while true {
                let (name, form) = (cursor.unsignedLEB(), cursor.unsignedLEB())
                guard let form = UInt16(exactly: form).map(AttributeForm.init(rawValue:)),
                    attributes.count - firstAttribute < AbbreviationTable.mostAttributes
                else { throw AbbreviationTable.broken(start) }
                let implicit = form == .implicitConstant ? cursor.signedLEB() : 0
                if name == 0, form.rawValue == 0 { break }
                guard !cursor.isBroken, form.length(in: shape) != nil else {
                    throw AbbreviationTable.broken(start)
                }
                attributes.append(
                    Attribute(
                        name: AttributeName(rawValue: UInt16(clamping: name)), form: form,
                        implicit: implicit))
            }
            if code == UInt64(abbreviations.count + 1) {
                if !sparse.isEmpty { sparse[code] = abbreviations.count }
            } else {
                if sparse.isEmpty {
                    for index in abbreviations.indices { sparse[UInt64(index + 1)] = index }
                }
                if sparse[code] == nil { sparse[code] = abbreviations.count }
            }
            append(tag: tag, hasChildren: children != 0, firstAttribute, shape)
        }
        if cursor.isBroken { throw AbbreviationTable.broken(start) }
    }

    /// The index of the abbreviation with a code other than 0.
    @inline(__always)
    func index(of code: UInt64) -> Int? {
        guard sparse.isEmpty else { return sparse[code] }
        return code <= UInt64(abbreviations.count) ? Int(code) - 1 : nil
    }

    private mutating func append(
        tag: UInt64, hasChildren: Bool, _ firstAttribute: Int, _ shape: UnitShape
    ) {
        let own = attributes[firstAttribute...]
        let firstStep = steps.count
        var fixed = 0
        var isFixed = true
        for attribute in own {
            if attribute.name == .sibling, hasChildren {
                if fixed > 0 { steps.append(.skip(.bytes(fixed))) }
                steps.append(.sibling(attribute.form))
                (fixed, isFixed) = (0, false)
            } else if case .bytes(let count)? = attribute.form.length(in: shape) {
                fixed += count
            } else if let length = attribute.form.length(in: shape) {
                if fixed > 0 { steps.append(.skip(.bytes(fixed))) }
                steps.append(.skip(length))
                (fixed, isFixed) = (0, false)
            }
        }
        if fixed > 0 { steps.append(.skip(.bytes(fixed))) }
        abbreviations.append(
            Abbreviation(
                role: Role(tag: tag), hasChildren: hasChildren,
                hasCode: own.contains { $0.name == .lowPC || $0.name == .ranges },
                isCompileUnit: tag == DW_TAG_compile_unit || tag == DW_TAG_skeleton_unit,
                fixedLength: isFixed ? Int32(fixed) : nil,
                attributes: Int32(firstAttribute)..<Int32(attributes.count),
                steps: Int32(firstStep)..<Int32(steps.count)))
    }

    private static func broken(_ start: Int) -> DebugInfoError {
        .broken("the abbreviations at \(start) of .debug_abbrev")
    }
}

extension AbbreviationTable.Role {
    fileprivate init(tag: UInt64) {
        self =
            switch Int(clamping: tag) {
            case DW_TAG_subprogram: .function
            case DW_TAG_inlined_subroutine: .inlinedCall
            case DW_TAG_label: .label
            case DW_TAG_compile_unit, DW_TAG_skeleton_unit, DW_TAG_module, DW_TAG_namespace,
                DW_TAG_class_type, DW_TAG_structure_type, DW_TAG_union_type, DW_TAG_interface_type,
                DW_TAG_lexical_block, DW_TAG_catch_block, DW_TAG_try_block:
                .scope
            default: .plain
            }
    }
}

/// What an attribute says: DW_AT_….
struct AttributeName: RawRepresentable, Equatable {
    let rawValue: UInt16

    static let sibling = AttributeName(rawValue: UInt16(DW_AT_sibling))
    static let lowPC = AttributeName(rawValue: UInt16(DW_AT_low_pc))
    static let ranges = AttributeName(rawValue: UInt16(DW_AT_ranges))
}
