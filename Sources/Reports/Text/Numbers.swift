public import Coverage

/// A share as people read it.
public enum Percent {
    /// Two digits behind the point, rounded down, so that 100.00% is said of nothing less; `-`
    /// where there is nothing to hit.
    public static func text(_ count: SourceCoverage.Count) -> String {
        guard count.found > 0 else { return "-" }
        return "\(number(count))%"
    }

    /// The share without its sign; there must be something to hit.
    static func number(_ count: SourceCoverage.Count) -> String { number(hundredths(count)) }

    /// By how many percent of all a share has changed, with a sign if it has: between the shares as ``text(_:)`` gives
    /// them. Empty where one of them is none.
    static func change(from old: SourceCoverage.Count, to new: SourceCoverage.Count) -> String {
        guard old.found > 0, new.found > 0 else { return "" }
        let difference = hundredths(new) - hundredths(old)
        let sign = difference > 0 ? "+" : difference < 0 ? "-" : ""
        return "\(sign)\(number(abs(difference)))%"
    }

    private static func hundredths(_ count: SourceCoverage.Count) -> Int {
        count.hit * 10_000 / count.found
    }

    private static func number(_ hundredths: Int) -> String {
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}

/// A number of things, as people read it.
public enum Amount {
    /// `1 module`, `2 modules`.
    ///
    /// - Parameters:
    ///   - one: the word for one of them.
    ///   - many: the word for any other number; nil for `one` with an s.
    public static func text(_ count: some BinaryInteger, _ one: String, _ many: String? = nil)
        -> String
    {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }
}
