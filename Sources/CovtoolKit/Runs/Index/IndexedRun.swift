/// A run that an index has.
struct IndexedRun: Equatable, Sendable {
    /// Its trace, as it was named.
    var path: String
    /// The trace's bytes, and when it was written, in nanoseconds: by these it is known again.
    var size, time: UInt64
    /// The blocks in it.
    var blockCount: Int
    /// Whether it has hit counts.
    var hasHits: Bool
}
