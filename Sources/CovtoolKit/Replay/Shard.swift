#if canImport(Glibc)
    import Glibc
#endif

/// A part of a corpus, of those into which inputs are divided by what is in them, so that each input stays in its part
/// whatever else the corpus has.
public struct Shard: Equatable, Sendable {
    /// Which one it is, from 1.
    public let number: Int
    /// How many there are.
    public let count: Int

    /// All of a corpus.
    public static let whole = Shard(number: 1, count: 1)

    private static let mostShards = 1_000_000

    private init(number: Int, count: Int) { (self.number, self.count) = (number, count) }

    /// The value of one of this process's environment variables; nil where there is none.
    public static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// As a user gives it: `2/8`; or, by what a scheduler's variables say, `auto`; or `auto/8`, where these do not say
    /// how many there are.
    ///
    /// - Parameter variable: the value of an environment variable; nil where there is none.
    /// - Throws: ``InvalidValue``.
    public init(text: String, variable: (String) -> String?) throws(InvalidValue) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.first != "auto" else {
            guard parts.count <= 2, parts.dropFirst().allSatisfy({ Shard.isCount($0) }) else {
                throw InvalidValue("'\(text)' is not a shard: write auto, or auto/8")
            }
            self = try Scheduler.shard(count: parts.count > 1 ? Int(parts[1]) : nil, variable)
            return
        }
        guard parts.count == 2, Shard.isCount(parts[1]), let number = Int(parts[0]),
            let count = Int(parts[1]), 1...count ~= number
        else {
            throw InvalidValue(
                "'\(text)' is not a shard: write its number, from 1, and how many there are, as 2/8, or auto"
            )
        }
        (self.number, self.count) = (number, count)
    }

    /// Whether an input is in it.
    func contains(_ identity: ContentIdentity) -> Bool {
        guard count > 1 else { return true }
        // All bits of the hash in each of the result's: those of FNV-1a hang on few of the content's, the lowest on its
        // bytes' lowest bits alone. The shifts and factors are those of SplitMix64's last step.
        var bits = UInt64(truncatingIfNeeded: identity.hash >> 64)
        bits = Shard.mixed(bits ^ UInt64(truncatingIfNeeded: identity.count))
        bits = Shard.mixed(bits ^ UInt64(truncatingIfNeeded: identity.hash))
        return bits.multipliedFullWidth(by: UInt64(count)).high == UInt64(number - 1)
    }

    private static func mixed(_ bits: UInt64) -> UInt64 {
        var bits = bits
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    private static func isCount(_ text: Substring) -> Bool {
        Int(text).map { 1...mostShards ~= $0 } ?? false
    }

    /// What tells a task which of how many it is.
    private struct Scheduler {
        var name: String
        /// Says which task it is.
        var index: String
        /// Says how many there are; nil where nothing does.
        var count: String?
        /// The first task's number.
        var first = 0

        /// As the schedulers' own documentation has them, but for Slurm, of whose arrays tasks can begin with any number.
        static let all = [
            Scheduler(name: "a Kubernetes indexed job", index: "JOB_COMPLETION_INDEX"),
            Scheduler(
                name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX",
                count: "AWS_BATCH_JOB_ARRAY_SIZE"),
            Scheduler(
                name: "Cloud Run", index: "CLOUD_RUN_TASK_INDEX", count: "CLOUD_RUN_TASK_COUNT"),
            Scheduler(name: "GitLab", index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", first: 1),
            Scheduler(
                name: "Buildkite", index: "BUILDKITE_PARALLEL_JOB",
                count: "BUILDKITE_PARALLEL_JOB_COUNT"),
            Scheduler(name: "CircleCI", index: "CIRCLE_NODE_INDEX", count: "CIRCLE_NODE_TOTAL"),
            Scheduler(
                name: "Slurm", index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT"),
        ]

        static func shard(
            count: Int?, _ variable: (String) -> String?
        ) throws(InvalidValue) -> Shard {
            let found = all.filter { variable($0.index) != nil }
            guard let scheduler = found.first else {
                throw InvalidValue(
                    """
                    'auto' needs a scheduler that says which task this is, by one of \
                    \(all.map(\.index).joined(separator: ", ")); write --shard I/N
                    """)
            }
            guard found.count == 1 else {
                throw InvalidValue(
                    """
                    'auto' cannot choose: \(found.map(\.index).joined(separator: " and ")) are set; write \
                    --shard I/N
                    """)
            }
            return try scheduler.shard(count: count, variable)
        }

        private func shard(
            count: Int?, _ variable: (String) -> String?
        ) throws(InvalidValue) -> Shard {
            let said = try self.count.flatMap { name throws(InvalidValue) in
                try Scheduler.number(name, variable)
            }
            if let said, let count, said != count, let name = self.count {
                throw InvalidValue("\(name) is \(said), and not \(count); write --shard I/N")
            }
            guard let count = count ?? said else {
                throw InvalidValue(
                    """
                    \(index) says which task of \(name) this is, but \
                    \(self.count.map { "\($0) is not set" } ?? "no variable says how many there are"); write \
                    --shard auto/N, N being their number
                    """)
            }
            let (first, step) = isArray ? try array(of: count, variable) : (first, 1)
            let task = try Scheduler.number(index, variable) ?? first
            guard count >= 1, (task - first) % step == 0, 0..<count ~= (task - first) / step else {
                throw InvalidValue(
                    """
                    \(index) is \(task), which is none of \(name)'s \(count) tasks from \(first) on\
                    \(step > 1 ? " in steps of \(step)" : ""); write --shard I/N
                    """)
            }
            return Shard(number: (task - first) / step + 1, count: count)
        }

        /// Whether its tasks can have any numbers, as Slurm's can.
        private var isArray: Bool { index == "SLURM_ARRAY_TASK_ID" }

        /// The first task's number, and how far the numbers are apart.
        private func array(
            of count: Int, _ variable: (String) -> String?
        ) throws(InvalidValue) -> (first: Int, step: Int) {
            guard let first = try Scheduler.number("SLURM_ARRAY_TASK_MIN", variable) else {
                throw InvalidValue(
                    """
                    \(index) says which task of \(name) this is, but SLURM_ARRAY_TASK_MIN is not set, which is \
                    the first one's number; write --shard I/N
                    """)
            }
            let step = max(1, try Scheduler.number("SLURM_ARRAY_TASK_STEP", variable) ?? 1)
            let last = try Scheduler.number("SLURM_ARRAY_TASK_MAX", variable)
            guard last.map({ $0 == first + (count - 1) * step }) ?? true else {
                throw InvalidValue(
                    """
                    SLURM_ARRAY_TASK_MAX is \(last ?? 0): the array's \(count) tasks are not numbered evenly from \
                    \(first) on; submit it as --array=1-\(count), or write --shard I/N
                    """)
            }
            return (first, step)
        }

        /// Nil where the variable is not set.
        private static func number(
            _ name: String, _ variable: (String) -> String?
        ) throws(InvalidValue) -> Int? {
            guard let text = variable(name) else { return nil }
            guard let number = Int(text), 0..<1 << 31 ~= number else {
                throw InvalidValue("\(name) is '\(text)', which is not a number from 0 on")
            }
            return number
        }
    }
}
