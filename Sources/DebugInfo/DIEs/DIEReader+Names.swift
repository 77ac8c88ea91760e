/// What a function is called, and where it stands in the source.
struct FunctionDescription {
    /// As the source has it, without the scopes that it stands in.
    var name: String?
    /// As the linker knows it.
    var linkageName: String?
    var file: FileReference?
    /// 0 where it is not known.
    var line: Int32 = 0
    /// Whether the compiler has made it of its own accord: what runs before main, say.
    var isArtificial = false
    var language = UnitLanguage.other

    /// Whether people did not write it, and gcov leaves it out. Other languages' compilers say of code
    /// that people wrote, too, that they have made it: what stands behind `??` in Swift.
    var isOmitted: Bool { isArtificial && language.isOfCFamily }

    /// Whether the linker may know it by a name that is not said.
    var lacksLinkageName: Bool { linkageName == nil && language == .cxx }
}

/// A source file by its number in a line program's table.
struct FileReference {
    /// An index into ``DIEReader/linePrograms``.
    var program: Int32
    var number: Int32
}

extension DIEReader {
    /// DIEs complete each other: an inlined function's is completed by the one of the function
    /// as it was written, that by its declaration in a class. No compiler needs more steps.
    private static let longestChain = 16

    /// What the DIE and those that it completes say of the function; the nearest has the word.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``
    mutating func description(of die: FunctionDIE, in unit: Unit) throws(DebugInfoError)
        -> FunctionDescription
    {
        var result = FunctionDescription()
        result.language = unit.language
        var (die, unit) = (die, unit)
        for _ in 0..<DIEReader.longestChain {
            if result.linkageName == nil {
                result.linkageName = try text(die.linkageName, in: unit)
            }
            if result.name == nil { result.name = try text(die.name, in: unit) }
            if result.file == nil { result.file = file(die.file, in: unit) }
            if result.line == 0 { result.line = DIEReader.line(die.line) }
            if die.artificial.number == 1 { result.isArtificial = true }
            let next = die.origin.isNone ? die.specification : die.origin
            guard let position = position(of: next, in: unit),
                let found = try self.die(at: position)
            else { break }
            (die, unit) = found
        }
        // GCC says it of lambdas' bodies, too; those of generic ones have arguments in their names.
        if result.name?.hasPrefix("operator()") == true { result.isArtificial = false }
        return result
    }

    /// Where the DIE, or one that it completes, is written.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``
    mutating func place(of die: FunctionDIE, in unit: Unit) throws(DebugInfoError)
        -> (file: FileReference?, line: Int32)
    {
        var (file, line): (FileReference?, Int32) = (nil, 0)
        var (die, unit) = (die, unit)
        for _ in 0..<DIEReader.longestChain where file == nil || line == 0 {
            file = file ?? self.file(die.file, in: unit)
            if line == 0 { line = DIEReader.line(die.line) }
            guard let position = position(of: die.origin, in: unit),
                let found = try self.die(at: position)
            else { break }
            (die, unit) = found
        }
        return (file, line)
    }

    static func line(_ value: AttributeValue) -> Int32 {
        value.number.flatMap(Int32.init(exactly:)) ?? 0
    }

    func file(_ value: AttributeValue, in unit: Unit) -> FileReference? {
        guard let number = value.number.flatMap(Int32.init(exactly:)),
            let program = unit.lineProgram, number > 0 || unit.header.shape.version >= 5
        else { return nil }
        return FileReference(program: program, number: number)
    }

    /// A text attribute, nil where there is none.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``
    mutating func text(_ value: AttributeValue, in unit: Unit) throws(DebugInfoError) -> String? {
        guard let bytes = unsafe bytes(value, in: unit) else { return nil }
        try ReadingLimits.take(bytes.count, from: &limits.text)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes of a text attribute, nil where there is none.
    func bytes(_ value: AttributeValue, in unit: Unit) -> UnsafeRawBufferPointer? {
        guard case .text(let location) = value else { return nil }
        let sections = files[unit.file].sections
        var cursor: DWARFCursor
        switch location {
        case .here(let offset): cursor = sections.cursor(.info, at: offset)
        case .string(let offset): cursor = sections.cursor(.str, at: offset)
        case .lineString(let offset): cursor = sections.cursor(.lineStrings, at: offset)
        case .index(let index):
            let shape = unit.header.shape
            let (distance, isLarge) = index.multipliedReportingOverflow(
                by: UInt64(shape.offsetSize))
            let (offset, isLarger) = unit.stringOffsetsBase.addingReportingOverflow(distance)
            guard !isLarge, !isLarger else { return nil }
            cursor = sections.cursor(.stringOffsets, at: offset)
            let found = cursor.offset(shape.offsetSize)
            guard !cursor.isBroken else { return nil }
            cursor = sections.cursor(.str, at: found)
        case .shared(let offset):
            guard hasShared else { return nil }
            cursor = files[DIEReader.sharedFile].sections.cursor(.str, at: offset)
        }
        let text = unsafe cursor.text()
        return cursor.isBroken ? nil : unsafe text
    }
}
