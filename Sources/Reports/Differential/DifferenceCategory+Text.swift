import Coverage

extension DifferenceCategory {
    /// What it means, in as few words as a table has room for.
    var title: String {
        switch self {
        case .uncoveredNew: "new code, missed"
        case .lostBaseline: "unchanged code, hit before and missed now"
        case .uncoveredIncluded: "unchanged line that has become code, missed"
        case .uncoveredBaseline: "unchanged code, missed as before"
        case .gainedBaseline: "unchanged code, missed before and hit now"
        case .gainedIncluded: "unchanged line that has become code, hit"
        case .gainedNew: "new code, hit"
        case .coveredBaseline: "unchanged code, hit as before"
        case .excludedUncovered: "unchanged line that is no code any more, was missed"
        case .excludedCovered: "unchanged line that is no code any more, was hit"
        case .deletedUncovered: "removed code, was missed"
        case .deletedCovered: "removed code, was hit"
        }
    }

    /// What needs somebody's attention is red, what became better green.
    var colour: TextStyle.Colour? {
        switch self {
        case .uncoveredNew, .lostBaseline, .uncoveredIncluded: .red
        case .gainedBaseline, .gainedIncluded, .gainedNew: .green
        default: nil
        }
    }

    /// Whether nothing happened.
    var isSame: Bool { self == .uncoveredBaseline || self == .coveredBaseline }
}
