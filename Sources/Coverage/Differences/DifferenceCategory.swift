/// What became of a line, a function, or a branch between a baseline and a later version: genhtml's twelve categories, by its
/// abbreviations (man page genhtml, "Differential coverage").
///
/// They are in order of how much they ask for attention: what is missed before what is hit, new code before old, and
/// what is not code any more last.
public enum DifferenceCategory: Int, CaseIterable, Sendable {
    /// Added, and not executed.
    case uncoveredNew
    /// Unchanged; executed before, and not any more.
    case lostBaseline
    /// Unchanged, but had no code before; not executed.
    case uncoveredIncluded
    /// Unchanged; never executed.
    case uncoveredBaseline
    /// Unchanged; executed now, and not before.
    case gainedBaseline
    /// Unchanged, but had no code before; executed.
    case gainedIncluded
    /// Added, and executed.
    case gainedNew
    /// Unchanged; executed before and now.
    case coveredBaseline
    /// Unchanged, but has no code any more; not executed before.
    case excludedUncovered
    /// Unchanged, but has no code any more; executed before.
    case excludedCovered
    /// Removed; not executed before.
    case deletedUncovered
    /// Removed; executed before.
    case deletedCovered

    /// Three letters, by which reports call it.
    public var abbreviation: StaticString {
        switch self {
        case .uncoveredNew: "UNC"
        case .lostBaseline: "LBC"
        case .uncoveredIncluded: "UIC"
        case .uncoveredBaseline: "UBC"
        case .gainedBaseline: "GBC"
        case .gainedIncluded: "GIC"
        case .gainedNew: "GNC"
        case .coveredBaseline: "CBC"
        case .excludedUncovered: "EUB"
        case .excludedCovered: "ECB"
        case .deletedUncovered: "DUB"
        case .deletedCovered: "DCB"
        }
    }

    /// Whether it is code of the later version.
    public var isCurrent: Bool {
        switch self {
        case .excludedUncovered, .excludedCovered, .deletedUncovered, .deletedCovered: false
        default: true
        }
    }

    /// Whether it was code of the baseline.
    public var isOfBaseline: Bool {
        switch self {
        case .uncoveredNew, .gainedNew, .uncoveredIncluded, .gainedIncluded: false
        default: true
        }
    }

    /// The category of what was added.
    static func new(isHit: Bool) -> DifferenceCategory { isHit ? .gainedNew : .uncoveredNew }

    /// The category of what was no code before.
    static func included(isHit: Bool) -> DifferenceCategory {
        isHit ? .gainedIncluded : .uncoveredIncluded
    }

    /// The category of what is no code any more.
    static func excluded(wasHit: Bool) -> DifferenceCategory {
        wasHit ? .excludedCovered : .excludedUncovered
    }

    /// The category of what was removed.
    static func deleted(wasHit: Bool) -> DifferenceCategory {
        wasHit ? .deletedCovered : .deletedUncovered
    }

    /// The category of what was code before and still is.
    static func kept(wasHit: Bool, isHit: Bool) -> DifferenceCategory {
        switch (wasHit, isHit) {
        case (false, false): .uncoveredBaseline
        case (false, true): .gainedBaseline
        case (true, false): .lostBaseline
        case (true, true): .coveredBaseline
        }
    }
}

/// How many lines, functions, or branches are in each category.
public struct CategoryCounts: Equatable, Sendable {
    private var counts = [Int](repeating: 0, count: DifferenceCategory.allCases.count)

    /// None.
    public init() {}

    init(_ categories: some Sequence<DifferenceCategory>) {
        for category in categories { self[category] += 1 }
    }

    /// How many are in a category.
    public internal(set) subscript(category: DifferenceCategory) -> Int {
        get { counts[category.rawValue] }
        set { counts[category.rawValue] = newValue }
    }

    /// Adds other counts.
    public static func += (sum: inout CategoryCounts, other: CategoryCounts) {
        for place in sum.counts.indices { sum.counts[place] += other.counts[place] }
    }
}
