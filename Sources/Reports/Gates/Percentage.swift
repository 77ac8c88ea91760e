/// A share from 0 to 100 percent that is compared exactly.
public struct Percentage: Equatable, Sendable {
    /// The most digits behind the point.
    private static let digits = 6
    private static let whole: UInt64 = 100_000_000

    /// Millionths of a percent, at most ``whole``.
    private let millionths: UInt64
    /// The share as it was written.
    public let text: String

    /// Reads `80` or `99.95`; nil for what is no such number, above 100, or with more than six digits
    /// behind the point.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let units = parts.first, (1...3).contains(units.utf8.count) else { return nil }
        let fraction = parts.count > 1 ? parts[1] : "0"
        guard (1...Percentage.digits).contains(fraction.utf8.count) else { return nil }
        let padding = String(repeating: "0", count: Percentage.digits - fraction.utf8.count)
        var number: UInt64 = 0
        for digit in (units + fraction + padding).utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        guard number <= Percentage.whole else { return nil }
        (millionths, self.text) = (number, text)
    }

    /// The fewest of `found` things that are this share of them.
    public func least(of found: Int) -> Int {
        let product = UInt64(found).multipliedFullWidth(by: millionths)
        // No overflow: the share is at most 1.
        let (quotient, rest) = Percentage.whole.dividingFullWidth(product)
        return Int(rest == 0 ? quotient : quotient + 1)
    }
}
