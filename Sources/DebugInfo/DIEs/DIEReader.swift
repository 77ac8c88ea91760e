import Coverage

/// Reads the functions, and on request the inlined calls, from the DIEs of all compilation units
/// (DWARF 2 to 5, `.debug_info`).
///
/// Nothing is believed: a DIE is read once, a sibling leads forwards, a chain of origins has an
/// end, and what several DIEs may share (names, lists of ranges, tables of abbreviations) is read
/// as long as all together stays within a small multiple of the sections.
struct DIEReader {
    /// A split unit: the sections that it stands in, and its offset in `.debug_info` there.
    typealias SplitUnit = (sections: DebugSections, start: Int)

    /// A function with code of its own.
    struct FunctionCode {
        var description: FunctionDescription
        /// Nil where there are several ranges, and it is not said which one it is in.
        var entry: UInt64?
        var ranges: [Range<UInt64>]
        /// The DIE that it completes, which those of inlined calls complete, too.
        var origin: DIEPosition?
        var isOfGCC: Bool
    }

    /// A function's code in the place of a call.
    struct InlinedCode {
        /// An index into ``inlinedFunctions``.
        var function: Int32
        /// The inlined call that it is part of, by its index; nil where that is a function itself.
        var parent: Int32?
        var file: FileReference?
        var line: Int32
        /// Nil where it is not said.
        var entry: UInt64?
        var ranges: [Range<UInt64>]
    }

    /// A place in the source that code jumps to.
    struct LabelCode {
        var file: FileReference?
        var line: Int32
        var address: UInt64
    }

    private(set) var functions: [FunctionCode] = []
    /// Of units of C's family.
    private(set) var labels: [LabelCode] = []
    /// What is said of functions whose code is not there, though there is code at the address.
    private(set) var discarded: [FunctionDescription] = []
    private(set) var inlinedCalls: [InlinedCode] = []
    private(set) var inlinedFunctions: [FunctionDescription] = []
    /// Whether there is a unit with code of which no function has a place in the source: one of assembly
    /// code, or of `-gline-tables-only`.
    private(set) var hasBareUnits = false
    /// What ``FileReference/program`` is an index into.
    var linePrograms: [LineProgramReference] = []

    private let isCode: (_ address: UInt64) -> Bool
    private let isDiscarded: (_ address: UInt64, FunctionDescription) -> Bool
    private let readsInlinedCalls: Bool
    /// The file itself; the one that it shares DIEs with, if any; then those of split units.
    var files: [DIEFile]
    private let splitUnit: (_ firstDIE: Int) -> SplitUnit?
    /// What ``inlinedFunctions`` has of the DIEs that inlined calls complete.
    private(set) var inlinedNumbers: [DIEPosition: Int32] = [:]
    /// What is around the DIE that is read.
    private enum Scope {
        case function
        /// By its index.
        case inlinedCall(Int32)
        /// A function or a call whose code the linker has thrown away, and with it that of the calls in it,
        /// whatever addresses they have.
        case nothing
    }

    /// By depth.
    private var open: [(depth: Int, scope: Scope)] = []
    /// Whether a function of the unit that is read has a place in the source.
    private var isPlaced = false
    private var placed = PlacedFunctions()
    var limits: ReadingLimits

    /// - Parameters:
    ///   - sections: the file's own.
    ///   - shared: those of the file that dwz has made of what several have.
    ///   - isCode: whether code can stand at an address of the debug information. Functions that begin
    ///     elsewhere are left out.
    ///   - isDiscarded: whether it is not a function's that begins there.
    ///   - splitUnit: finds the unit that the skeleton at an offset of `.debug_info` stands for.
    init(
        _ sections: DebugSections, shared: DebugSections?, readsInlinedCalls: Bool,
        isCode: @escaping (_ address: UInt64) -> Bool,
        isDiscarded: @escaping (_ address: UInt64, FunctionDescription) -> Bool,
        splitUnit: @escaping (_ firstDIE: Int) -> SplitUnit?
    ) {
        files = [DIEFile(sections)]
        if let shared { files.append(DIEFile(shared)) }
        hasShared = shared != nil
        self.readsInlinedCalls = readsInlinedCalls
        self.isCode = isCode
        self.isDiscarded = isDiscarded
        self.splitUnit = splitUnit
        limits = ReadingLimits(sections)
        if let shared { limits.add(shared) }
    }

    let hasShared: Bool

    /// Reads all units.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``, which names the offset.
    mutating func readAll() throws(DebugInfoError) {
        for index in files[0].headers.indices {
            let unit = try unit(index, of: 0)
            guard unit.isCompileUnit else { continue }
            if unit.isSkeleton, let split = splitUnit(unit.header.firstDIE) {
                try read(split, of: unit)
            } else {
                try readDIEs(of: unit)
            }
        }
    }

    private mutating func read(_ split: SplitUnit, of skeleton: Unit) throws(DebugInfoError) {
        limits.add(split.sections)
        let file = DIEFile(
            split.sections.with(addressesOf: files[0].sections), skeleton: skeleton)
        files.append(file)
        if let index = file.unit(around: UInt64(split.start)) {
            try readDIEs(of: unit(index, of: files.count - 1))
        }
    }

    private mutating func readDIEs(of unit: Unit) throws(DebugInfoError) {
        isPlaced = false
        defer { if unit.hasCode, unit.lineProgram != nil, !isPlaced { hasBareUnits = true } }
        guard let start = unit.firstChild else { return }
        var cursor = files[unit.file].sections.cursor(.info, at: start)
        let (table, header) = (unit.table, unit.header)
        var depth = 1
        // The depth of the DIE whose children are nothing to us.
        var quiet: Int? = nil
        open.removeAll(keepingCapacity: true)
        while depth > 0, cursor.offset < header.end {
            let offset = cursor.offset
            let code = cursor.unsignedLEB()
            if code == 0 {
                depth -= 1
                if depth == quiet { quiet = nil }
                if open.last?.depth == depth { open.removeLast() }
                continue
            }
            guard let index = table.index(of: code) else {
                throw DIEReader.broken("no abbreviation \(code)", at: offset)
            }
            let abbreviation = table.abbreviations[index]
            let isWanted =
                quiet == nil && abbreviation.role != .plain
                && (readsInlinedCalls || abbreviation.role != .inlinedCall)
                && (unit.language.isOfCFamily || abbreviation.role != .label)
            var sibling: UInt64? = nil
            if isWanted, abbreviation.hasCode, abbreviation.role != .scope {
                let die = FunctionDIE(abbreviation, of: table, &cursor, header.shape)
                let scope: Scope
                switch abbreviation.role {
                case .function: scope = try addFunction(die, in: unit)
                case .inlinedCall: scope = try addInlinedCall(die, in: unit)
                default:
                    try addLabel(die, in: unit)
                    scope = .nothing
                }
                if abbreviation.hasChildren { open.append((depth, scope)) }
            } else {
                sibling = table.skip(abbreviation, &cursor, header.shape)
            }
            guard abbreviation.hasChildren else { continue }
            if !isWanted, let sibling, sibling <= header.end - header.start,
                header.start + Int(sibling) >= cursor.offset
            {
                cursor.move(to: header.start + Int(sibling))
            } else {
                if !isWanted, quiet == nil { quiet = depth }
                depth += 1
            }
        }
        guard !cursor.isBroken, cursor.offset <= header.end else {
            throw DIEReader.broken("cut short", at: header.start)
        }
    }

    private mutating func addFunction(_ die: FunctionDIE, in unit: Unit) throws(DebugInfoError)
        -> Scope
    {
        let ranges = try ranges(of: die, in: unit)
        guard let first = ranges.first else {
            // Up to DWARF 3 the end is an address, too, and so the same.
            if let start = address(die.lowPC, in: unit) {
                let description = try description(of: die, in: unit)
                if isDiscarded(start, description) { discarded.append(description) }
            }
            return .nothing
        }
        let description = try description(of: die, in: unit)
        if description.file != nil { isPlaced = true }
        var start = entryAddress(of: die, in: unit, ranges)
        if let said = start, !ranges.contains(where: { $0.contains(said) }) { start = nil }
        if ranges.count == 1, start == nil { start = first.lowerBound }
        guard isCode(start ?? first.lowerBound) else { return .nothing }
        if isDiscarded(start ?? first.lowerBound, description) {
            discarded.append(description)
            return .nothing
        }
        // What several units have of one function (an inline one, an instance of a template) the linker
        // made one of; each unit can still tell of it, and of what was inlined into it.
        guard placed.insert(description, at: start ?? first.lowerBound) else { return .nothing }
        functions.append(
            FunctionCode(
                description: description, entry: start, ranges: ranges,
                origin: position(of: die.origin, in: unit), isOfGCC: unit.isOfGCC))
        return .function
    }

    private mutating func addInlinedCall(_ die: FunctionDIE, in unit: Unit) throws(DebugInfoError)
        -> Scope
    {
        var parent: Int32? = nil
        switch open.last?.scope {
        case .nothing: return .nothing
        case .inlinedCall(let call): parent = call
        case .function, nil: break
        }
        let ranges = try ranges(of: die, in: unit)
        let function: Int32
        let origin = position(of: die.origin, in: unit)
        if let origin, let known = inlinedNumbers[origin] {
            function = known
        } else {
            function = Int32(inlinedFunctions.count)
            inlinedFunctions.append(try description(of: die, in: unit))
            if let origin { inlinedNumbers[origin] = function }
        }
        inlinedCalls.append(
            InlinedCode(
                function: function, parent: parent,
                file: file(die.callFile, in: unit), line: DIEReader.line(die.callLine),
                entry: entryAddress(of: die, in: unit, ranges) ?? ranges.first?.lowerBound,
                ranges: ranges))
        return .inlinedCall(Int32(inlinedCalls.count - 1))
    }

    private mutating func addLabel(_ die: FunctionDIE, in unit: Unit) throws(DebugInfoError) {
        if case .nothing = open.last?.scope { return }
        guard let address = address(die.lowPC, in: unit), isCode(address) else { return }
        let (file, line) = try place(of: die, in: unit)
        labels.append(LabelCode(file: file, line: line, address: address))
    }

    static func broken(_ what: String, at offset: Int) -> DebugInfoError {
        .broken("\(what), at 0x\(String(offset, radix: 16)) of .debug_info")
    }
}
