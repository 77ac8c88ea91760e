/// How much may still be read of what DIEs share, so that a small file in which everything refers
/// to the same large thing is an error, and not hours of work.
struct ReadingLimits {
    /// Far more than real files need, which read each byte once or, names, a few times.
    private static let factor = 16
    private static let least = 1 << 20

    /// Bytes of tables of abbreviations.
    var abbreviations = least
    /// Bytes of names.
    var text = least
    /// Entries of lists of ranges.
    var ranges = least

    init(_ sections: DebugSections) { add(sections) }

    /// Allows for the sections of one more file.
    mutating func add(_ sections: DebugSections) {
        abbreviations += ReadingLimits.factor * sections.count(.abbrev)
        text += ReadingLimits.factor * (sections.count(.str) + sections.count(.info))
        ranges += sections.count(.ranges) + sections.count(.rnglists) + sections.count(.info)
    }

    /// - Throws: ``DebugInfoError/broken(_:)`` where it is too much.
    @inline(__always)
    static func take(_ amount: Int, from left: inout Int) throws(DebugInfoError) {
        left -= amount
        if left < 0 {
            throw .broken("its DIEs refer to more than the sections can hold")
        }
    }
}
