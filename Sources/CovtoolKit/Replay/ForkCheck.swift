import Coverage
import Replay
import Reports
import Synchronization

/// Runs inputs both ways, by the fork server and each in a QEMU of its own, and compares how the runs end and what they
/// reach.
///
/// Where the runs of an input differ, more are made: only what all of one way have, and none of the other, is a
/// difference between the ways. The rest is the program's own doing.
public struct ForkCheck {
    /// How many runs of each way there are where the first ones differ.
    private static let most = 5

    /// Lines that each name an input and what is different.
    public private(set) var differences: [String] = []
    /// How many inputs were run.
    public private(set) var inputCount = 0
    /// How many of them differ.
    public private(set) var differentCount = 0
    /// Whether the fork server ran any of them.
    public private(set) var isForked = false

    /// Runs inputs that are evenly spread over the corpus.
    ///
    /// - Parameters:
    ///   - rules: which modules are wanted, and which are one.
    ///   - count: how many; all where there are fewer.
    /// - Throws: ``Failure``
    public init(
        _ command: GuestCommand, limits: Limits, rules: ModuleRules, of inputs: InputList,
        count: Int
    ) throws(Failure) {
        let count = min(count, inputs.count)
        let chosen = (0..<count).map { inputs[$0 * inputs.count / count] }
        self = try Interruption.awaited { () throws(Failure) in
            var check = ForkCheck()
            try check.run(command, limits, rules, chosen)
            return check
        }
    }

    private init() {}

    private mutating func run(
        _ command: GuestCommand, _ limits: Limits, _ rules: ModuleRules, _ inputs: [ReplayInput]
    ) throws(Failure) {
        let top = try ReplayFolder()
        defer { top.remove() }
        let forked = SeenRuns(rules)
        let alone = SeenRuns(rules)
        let server = try ReplayWorker(
            command, limits, forks: true, folder: top.newFolder(), log: nil,
            observers: [forked])
        defer { server.end() }
        let starter = try ReplayWorker(
            command, limits, forks: false, folder: top.newFolder(), log: nil,
            observers: [alone])
        defer { starter.end() }
        for input in inputs where !Interruption.isAsked {
            // What is wrong with it is said when it is run.
            guard let content = try? input.content() else { continue }
            let job = ReplayQueue.Job(
                input: 0, content: content, identity: ContentIdentity(of: content), skipped: 0)
            inputCount += 1
            forked.forget()
            alone.forget()
            var found: [String] = []
            for round in 0..<ForkCheck.most where !Interruption.isAsked {
                // What was drawn at random when a server started, all its children have.
                if round > 0 { server.end() }
                // By turns, lest a program that does something else each second time differs in each round.
                for worker in round % 2 == 0 ? [server, starter] : [starter, server] {
                    try worker.run(job)
                }
                isForked = isForked || forked.areForked
                do throws(MergeError) {
                    found = try SeenRuns.differences(forked, alone)
                } catch {
                    throw Failure(error, [input.name])
                }
                if found.isEmpty { break }
            }
            differences += found.map { "\(input.name): \($0)" }
            differentCount += found.isEmpty ? 0 : 1
        }
    }
}

/// How the runs of one input ended, and what they reached.
private final class SeenRuns: ReplayObserver {
    private struct State {
        var ends: Set<String> = []
        var areForked = false
        /// What any of them reached.
        var any: Collector
        /// The same, with how many of them did.
        var all: Collector
        var count = 0
    }

    /// The most blocks of a module that are named.
    private static let mostNamed = 3

    private let rules: ModuleRules
    private let state: Mutex<State>

    init(_ rules: ModuleRules) {
        self.rules = rules
        state = Mutex(SeenRuns.nothing(rules))
    }

    private static func nothing(_ rules: ModuleRules) -> State {
        State(
            any: Collector(rules: rules), all: Collector(counting: .files, rules: rules))
    }

    /// Begins anew, for another input.
    func forget() { state.withLock { $0 = SeenRuns.nothing(rules) } }

    /// Whether the fork server ran them.
    var areForked: Bool { state.withLock { $0.areForked } }

    func ended(_ run: ReplayedRun) throws(Failure) {
        try state.withLock { state throws(Failure) in
            state.ends.insert(run.ended.end.text)
            state.areForked = run.start != nil
            state.count += 1
            do throws(MergeError) {
                try run.forEachRecording { (recording, bytes) throws(MergeError) in
                    try state.any.add(recording, from: bytes, source: state.count) { _ in }
                    try state.all.add(recording, from: bytes, source: state.count) { _ in }
                }
            } catch {
                throw Failure(error, [])
            }
        }
    }

    /// What is different between runs by the fork server and runs alone, a line each.
    static func differences(_ forked: SeenRuns, _ alone: SeenRuns) throws(MergeError) -> [String] {
        let (one, other) = (forked.state.withLock { $0 }, alone.state.withLock { $0 })
        var lines: [String] = []
        if one.ends.isDisjoint(with: other.ends) {
            let (first, second) = (one.ends.sorted(), other.ends.sorted())
            lines.append(
                """
                by the fork server \(first.joined(separator: " or ")), alone \
                \(second.joined(separator: " or "))
                """)
        }
        for (runs, others, way) in [(one, other, "by the fork server"), (other, one, "alone")] {
            var common = runs.all
            common.keepCommon()
            let (before, after) = try Collector.withSameModules(others.any, common)
            let found = ProfileDifference(
                before: before.uncheckedProfile(), after: after.uncheckedProfile())
            // Of code that is in other blocks alone, nothing is different.
            for module in found.modules where module.newBytes > 0 {
                let name = FilePath.name(module.path ?? "no module")
                let blocks = module.new.elements.prefix(mostNamed).map {
                    "\(name)+\(hex($0.offset))"
                }
                let more = module.new.count > mostNamed ? ", …" : ""
                lines.append(
                    """
                    \(Amount.text(module.newBytes, "byte")) \(way) only: \
                    \(blocks.joined(separator: ", "))\(more)
                    """)
            }
        }
        return lines
    }
}

extension End {
    /// What a message says of it.
    fileprivate var text: String {
        switch self {
        case .done(let status): "exit status \(status)"
        case .crashed(let signal): "signal \(signal)"
        case .timedOut: "timed out"
        case .outOfMemory: "out of memory"
        case .notRun(let reason): "not run (\(reason))"
        }
    }
}
