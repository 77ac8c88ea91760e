extension SourceCoverage.File {
    /// Takes away the lines that are marked in the source, and the functions that are declared on such
    /// lines. What is marked as unreachable and was executed stays, since the marker is wrong there.
    ///
    /// - Returns: the lines that are marked as unreachable and were executed, ascending.
    public mutating func leaveOut(_ markers: ExclusionMarkers) -> [Int] {
        func stays(_ line: Int, _ hits: Int) -> Bool {
            !markers.marks(line, as: .excluded)
                && (hits > 0 || !markers.marks(line, as: .unreachable))
        }
        lines.removeAll { !stays($0.line, $0.hits) }
        functions.removeAll { !stays($0.line, $0.hits) }
        lineCount = SourceCoverage.Count(
            found: lines.count, hit: lines.reduce(0) { $0 + ($1.hits > 0 ? 1 : 0) })
        functionCount = SourceCoverage.Count(
            found: functions.count, hit: functions.reduce(0) { $0 + ($1.hits > 0 ? 1 : 0) })
        return lines.map(\.line).filter { markers.marks($0, as: .unreachable) }
    }
}
