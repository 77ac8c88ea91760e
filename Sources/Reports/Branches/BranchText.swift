import Coverage

/// What people are told of the branches of a line.
enum BranchText {
    /// A remark on each condition of a line that did not go all its ways, or of which that is not known.
    static func remarks(_ branches: ArraySlice<SourceCoverage.Branch>) -> [String] {
        let isOne = branches.count == 1
        return branches.enumerated().compactMap { index, branch in
            let name = isOne ? "" : "condition \(index + 1) of \(branches.count): "
            guard branch.isReached else { return isOne ? nil : name + "never come to" }
            var parts: [String] = []
            let missed = branch.ways.filter { $0.hits == 0 }
            let unknown = branch.ways.filter { $0.hits == nil }
            if !missed.isEmpty {
                parts.append("never went " + places(missed, of: branch))
            }
            if !unknown.isEmpty {
                parts.append("not known whether it went " + places(unknown, of: branch))
            }
            return parts.isEmpty ? nil : name + parts.joined(separator: "; ")
        }
    }

    /// That of so many ways it is not known whether they were taken, as a line of text.
    static func notCounted(_ unknown: Int) -> String {
        "\(Amount.text(unknown, "branch is", "branches are")) not counted: "
            + "blocks alone do not say whether they were taken\n"
    }

    /// The line, and where ways of one of its conditions lead: `12, to line 14`.
    static func ways(_ ways: SourceDifference.Ways) -> String {
        let condition = ways.count == 1 ? "" : "condition \(ways.number + 1) of \(ways.count), "
        return "\(ways.branch.line), \(condition)"
            + places(ways.ways.map { ways.branch.ways[$0] }, of: ways.branch)
    }

    private static func places(
        _ ways: [SourceCoverage.Branch.Way], of branch: SourceCoverage.Branch
    ) -> String {
        let lines = Set(ways.map(\.destination).filter { $0 > 0 }).sorted()
        guard !lines.isEmpty else {
            return "\(Amount.text(ways.count, "way")) of \(branch.ways.count)"
        }
        let texts = lines.map { $0 == branch.line ? "on in this line" : "to line \($0)" }
        return texts.count == 1
            ? texts[0] : texts.dropLast().joined(separator: ", ") + " or " + texts[texts.count - 1]
    }
}
