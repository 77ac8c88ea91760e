public import Coverage

/// What coverage must reach.
public enum Gate: Equatable, Sendable {
    /// At least this share of the lines is hit.
    case lines(Percentage)
    /// At least this share of the functions is hit.
    case functions(Percentage)
    /// At least this share of the branches is taken.
    case branches(Percentage)
    /// At most so many lines are missed.
    case uncoveredLines(Int)

    /// How far coverage is from what it must reach.
    public enum Shortfall: Equatable, Sendable {
        /// There is nothing that could be hit. It would be no gate that passes then: what was to be
        /// measured was not found.
        case nothingFound
        /// More must be hit.
        case tooFew(SourceCoverage.Count, needed: Int)
        /// Fewer may be missed.
        case tooMany(missed: Int, allowed: Int)
    }

    /// What is missing, nil where the gate is passed.
    public func shortfall(of totals: Totals) -> Shortfall? {
        switch self {
        case .lines(let share): Gate.shortfall(of: totals.lines, share)
        case .functions(let share): Gate.shortfall(of: totals.functions, share)
        case .branches(let share): Gate.shortfall(of: totals.branches, share)
        case .uncoveredLines(let allowed):
            if totals.lines.found == 0 {
                .nothingFound
            } else if totals.lines.missed > allowed {
                .tooMany(missed: totals.lines.missed, allowed: allowed)
            } else {
                nil
            }
        }
    }

    private static func shortfall(of count: SourceCoverage.Count, _ share: Percentage) -> Shortfall?
    {
        guard count.found > 0 else { return .nothingFound }
        let needed = share.least(of: count.found)
        return count.hit < needed ? .tooFew(count, needed: needed) : nil
    }
}
