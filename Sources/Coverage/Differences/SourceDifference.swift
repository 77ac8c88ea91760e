/// What came and what went in one source file.
public struct SourceDifference: Equatable, Sendable {
    /// The source file.
    public var path: String
    /// Lines that were executed after and not before, and the reverse, ascending.
    public var newLines, goneLines: [Int]
    /// Functions that were entered after and not before, and the reverse, by line.
    public var newFunctions, goneFunctions: [SourceCoverage.Function]

    /// The files in which something came or went, by path.
    ///
    /// - Parameters: coverage of the same line tables.
    public static func between(_ before: [SourceCoverage.File], _ after: [SourceCoverage.File])
        -> [SourceDifference]
    {
        let old = Dictionary(
            before.map { ($0.path, $0) }, uniquingKeysWith: { one, _ in one })
        return after.compactMap { file in
            let (lines, functions) = (old[file.path]?.lines ?? [], old[file.path]?.functions ?? [])
            let difference = SourceDifference(
                path: file.path, newLines: changed(lines, file.lines).map(\.line),
                goneLines: changed(file.lines, lines).map(\.line),
                newFunctions: changed(functions, file.functions),
                goneFunctions: changed(file.functions, functions))
            return difference.isEmpty ? nil : difference
        }
    }

    private var isEmpty: Bool {
        newLines.isEmpty && goneLines.isEmpty && newFunctions.isEmpty && goneFunctions.isEmpty
    }

    private static func changed(_ one: [SourceCoverage.Line], _ other: [SourceCoverage.Line])
        -> [SourceCoverage.Line]
    {
        let hit = Set(one.filter { $0.hits > 0 }.map(\.line))
        return other.filter { $0.hits > 0 && !hit.contains($0.line) }
    }

    private static func changed(
        _ one: [SourceCoverage.Function], _ other: [SourceCoverage.Function]
    ) -> [SourceCoverage.Function] {
        let hit = Set(one.filter { $0.hits > 0 })
        return other.filter { $0.hits > 0 && !hit.contains($0) }
    }
}
