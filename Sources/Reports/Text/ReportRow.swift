import Coverage

/// What a report says of one file or folder.
struct ReportRow {
    /// Its path; a folder's ends with a slash.
    var path: String
    var lines: SourceCoverage.Count
    var functions: SourceCoverage.Count
    var branches = SourceCoverage.Count()
    /// The lines that were not executed, of a file alone.
    var missing: [Int] = []

    static func files(_ files: [SourceCoverage.File]) -> [ReportRow] {
        files.map { file in
            ReportRow(
                path: file.path, lines: file.lineCount, functions: file.functionCount,
                branches: file.branchCount,
                missing: file.lines.filter { $0.hits == 0 }.map(\.line))
        }
    }

    /// A row for each folder that a file is in, without what is in the folders below.
    static func folders(_ files: [SourceCoverage.File]) -> [ReportRow] {
        Dictionary(grouping: files) { SourcePath.folder($0.path) }
            .map { folder, files in
                let totals = Totals(files)
                return ReportRow(
                    path: folder, lines: totals.lines, functions: totals.functions,
                    branches: totals.branches)
            }
    }

    func precedes(_ other: ReportRow, by order: TextReport.Order) -> Bool {
        switch order {
        case .name: path < other.path
        case .lines: lines.found > other.lines.found
        case .missed: lines.missed > other.lines.missed
        case .cover: lines.isSmallerShare(than: other.lines)
        case .functions: functions.found > other.functions.found
        case .missedFunctions: functions.missed > other.functions.missed
        case .functionCover: functions.isSmallerShare(than: other.functions)
        case .branches: branches.found > other.branches.found
        case .missedBranches: branches.missed > other.branches.missed
        case .branchCover: branches.isSmallerShare(than: other.branches)
        }
    }
}

extension SourceCoverage.Count {
    /// Exactly; what has nothing to hit comes behind all that has.
    func isSmallerShare(than other: SourceCoverage.Count) -> Bool {
        guard found > 0, other.found > 0 else { return found > 0 && other.found == 0 }
        let (one, two) = (
            hit.multipliedFullWidth(by: other.found), other.hit.multipliedFullWidth(by: found)
        )
        return (one.high, one.low) < (two.high, two.low)
    }

    /// Green from 90 percent on, yellow from 75 on, as lcov's pages have it.
    var colour: TextStyle.Colour? {
        guard found > 0 else { return nil }
        if hit >= found - found / 10 { return .green }
        return hit >= found - found / 4 ? .yellow : .red
    }
}
