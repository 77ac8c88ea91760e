/// What one profile has and another has not, and the reverse. Both must have the same modules, as
/// ``Collector/profiles(_:_:)`` gives them.
public struct ProfileDifference: Equatable, Sendable {
    /// A module, or what lies in none.
    public struct ModuleDifference: Equatable, Sendable {
        /// The module's path; nil for what lies in none.
        public var path: String?
        /// The numbers of blocks before and after.
        public var before, after: Int
        /// The blocks that came and that went. A run can cut the same code into other blocks.
        public var new, gone: BlockSet
        /// The bytes that only blocks after, or only those before, have executed.
        public var newBytes, goneBytes: UInt64

        init(_ path: String?, _ before: BlockSet, _ after: BlockSet) {
            self.path = path
            (self.before, self.after) = (before.count, after.count)
            new = after.subtracting(before)
            gone = before.subtracting(after)
            let (old, now) = (AddressRanges(before, base: 0), AddressRanges(after, base: 0))
            newBytes = now.byteCount(without: old)
            goneBytes = old.byteCount(without: now)
        }
    }

    /// The modules in the profiles' order, and what lies in none last, where there is something.
    public let modules: [ModuleDifference]

    /// Compares two profiles.
    public init(before: Profile, after: Profile) {
        var modules = zip(before.modules, after.modules)
            .filter { !$0.blocks.isEmpty || !$1.blocks.isEmpty }
            .map { ModuleDifference($0.path, $0.blocks, $1.blocks) }
        if !before.outside.isEmpty || !after.outside.isEmpty {
            modules.append(ModuleDifference(nil, before.outside, after.outside))
        }
        self.modules = modules
    }

    /// Whether code that was executed before is not any more.
    public var isAnythingLost: Bool { modules.contains { $0.goneBytes > 0 } }
}

extension AddressRanges {
    /// The number of bytes that `other` has not got.
    func byteCount(without other: AddressRanges) -> UInt64 {
        var count: UInt64 = 0
        var next = 0
        for range in ranges {
            var start = range.lowerBound
            while next < other.ranges.count, other.ranges[next].upperBound <= start { next += 1 }
            var index = next
            while index < other.ranges.count, other.ranges[index].lowerBound < range.upperBound {
                if other.ranges[index].lowerBound > start {
                    count += other.ranges[index].lowerBound - start
                }
                start = max(start, other.ranges[index].upperBound)
                index += 1
            }
            if start < range.upperBound { count += range.upperBound - start }
        }
        return count
    }
}
