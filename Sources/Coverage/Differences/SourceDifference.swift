/// What came and what went in one source file.
public struct SourceDifference: Equatable, Sendable {
    /// Ways of a condition.
    public struct Ways: Equatable, Sendable {
        /// The condition.
        public var branch: SourceCoverage.Branch
        /// Its number on its line, from 0, of so many.
        public var number, count: Int
        /// The ways' numbers among the condition's, from 0, ascending.
        public var ways: [Int]
    }

    /// The source file.
    public var path: String
    /// Lines that were executed after and not before, and the reverse, ascending.
    public var newLines, goneLines: [Int]
    /// Functions that were entered after and not before, and the reverse, by line.
    public var newFunctions, goneFunctions: [SourceCoverage.Function]
    /// Ways of conditions that were taken after and are known not to have been before, and the reverse, by line; empty
    /// where they were not asked for.
    public var newBranches, goneBranches: [Ways]

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
            let branches = old[file.path]?.branches ?? []
            let difference = SourceDifference(
                path: file.path, newLines: changed(lines, file.lines).map(\.line),
                goneLines: changed(file.lines, lines).map(\.line),
                newFunctions: changed(functions, file.functions),
                goneFunctions: changed(file.functions, functions),
                newBranches: changed(branches, file.branches),
                goneBranches: changed(file.branches, branches))
            return difference.isEmpty ? nil : difference
        }
    }

    private var isEmpty: Bool {
        newLines.isEmpty && goneLines.isEmpty && newFunctions.isEmpty && goneFunctions.isEmpty
            && newBranches.isEmpty && goneBranches.isEmpty
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
        // How often each was entered is another thing.
        func key(_ function: SourceCoverage.Function) -> SourceCoverage.FunctionKey {
            SourceCoverage.FunctionKey(
                line: Int32(clamping: function.line), linkageName: function.linkageName,
                name: function.name)
        }
        let hit = Set(one.filter { $0.hits > 0 }.map(key))
        return other.filter { $0.hits > 0 && !hit.contains(key($0)) }
    }

    /// Both are the same code's, so they have the same conditions.
    private static func changed(
        _ one: [SourceCoverage.Branch], _ other: [SourceCoverage.Branch]
    ) -> [Ways] {
        var walk = BranchWalk(other)
        var known = BranchWalk(one)
        var (found, last): ([Ways], Int?) = ([], nil)
        for branch in other where branch.line != last {
            last = branch.line
            let (own, before) = (walk.branches(of: branch.line), known.branches(of: branch.line))
            for (number, pair) in zip(before, own).enumerated() {
                let ways = pair.1.ways.indices.filter { way in
                    (pair.1.ways[way].hits ?? 0) > 0 && way < pair.0.ways.count
                        && pair.0.ways[way].hits == 0
                }
                if !ways.isEmpty {
                    found.append(
                        Ways(branch: pair.1, number: number, count: own.count, ways: ways))
                }
            }
        }
        return found
    }
}
