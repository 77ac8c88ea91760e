import Coverage
import Trace

/// What all blocks of many traces are, and which trace has which number.
public struct TraceSum: Sendable {
    /// What one thread has.
    private struct Part: Sendable {
        var collector: Collector
        var facts = TraceFacts()
    }

    /// Their blocks.
    public var collector: Collector
    /// What is to be said of the traces.
    public private(set) var facts = TraceFacts()
    /// The traces' paths, by number.
    public fileprivate(set) var paths: [String]

    /// - Parameter before: traces of another sum, which come first in the numbering.
    /// - Throws: ``Failure``, by the walk's failure mode.
    init(
        _ walk: TraceWalk, counting: Collector.Counting, rules: ModuleRules, before: [String] = []
    ) throws(Failure) {
        let shift = before.count
        // Damage that shows only while blocks are added must leave nothing of a file behind that is left out.
        let isAddedAtOnce =
            !walk.warnings.isStrict || walk.failureMode == .any || walk.readsHeadsAlone
        let parts = try walk.run(from: {
            Part(collector: Collector(counting: counting, rules: rules))
        }) {
            (part, trace, number, diagnose) throws(Failure) in
            if !isAddedAtOnce {
                var damage = FileDamage(path: trace.path, walk.warnings)
                for recording in trace.recordings {
                    let found = trace.withBytes { Collector.diagnoses(of: recording, in: $0) }
                    for diagnosis in found { damage.add(diagnosis) }
                }
                try damage.check()
            }
            for recording in trace.recordings {
                let placed = try walk.resolver.resolved(recording)
                part.facts.add(placed)
                if walk.readsHeadsAlone {
                    try part.collector.addModules(
                        of: placed.recording, in: trace, number: shift + number)
                } else {
                    try part.collector.add(
                        placed.recording, of: trace, number: shift + number, diagnose: diagnose)
                }
            }
            guard !walk.readsHeadsAlone else { return }
            part.facts.add(trace, number: shift + number)
        }
        paths = before + walk.paths
        collector = parts.first?.collector ?? Collector(counting: counting, rules: rules)
        for part in parts { facts.formUnion(part.facts) }
        do throws(MergeError) {
            for part in parts.dropFirst() { try collector.formUnion(part.collector) }
        } catch {
            throw Failure(error, paths)
        }
    }

    /// This sum, and that of further traces, whose numbers go on behind this one's.
    func with(_ walk: TraceWalk, counting: Collector.Counting, rules: ModuleRules)
        throws(Failure) -> (TraceSum, TraceSum)
    {
        let other = try TraceSum(walk, counting: counting, rules: rules, before: paths)
        var this = self
        this.paths = other.paths
        return (this, other)
    }

    /// The paths of the modules that were taken, and of those that were not wanted.
    var modulePaths: (taken: Set<String>, unwanted: Set<String>) { collector.modulePaths }

    /// All that the traces have together.
    public func profile() throws(Failure) -> Profile {
        var copy = self
        return try copy.reporting { (collector) throws(MergeError) in try collector.profile() }
    }

    /// All that the traces have together, for who uses a part of the modules and has them looked at by
    /// ``check(onlyOf:)``.
    func uncheckedProfile() -> Profile { collector.uncheckedProfile() }

    /// Makes sure that no path stands for different files.
    ///
    /// - Parameter modules: gives those of the profile that matter; called only where some are wrong.
    /// - Throws: ``Failure`` where one of these does.
    func check(onlyOf modules: () throws(Failure) -> [ModuleCoverage]) throws(Failure) {
        do throws(MergeError) {
            try collector.check()
        } catch {
            let wanted = Set(try modules().map(\.path))
            var copy = self
            try copy.reporting { (collector) throws(MergeError) in
                try collector.check(wanted.contains)
            }
        }
    }

    /// Calls `body` with the collector; what goes wrong is said with the traces' names.
    public mutating func reporting<Result>(_ body: (inout Collector) throws(MergeError) -> Result)
        throws(Failure) -> Result
    {
        do throws(MergeError) {
            return try body(&collector)
        } catch {
            throw Failure(error, paths)
        }
    }
}

extension Collector {
    /// Adds a recording of a file.
    mutating func add(
        _ recording: Recording, of trace: borrowing TraceFile, number: Int,
        diagnose: (Diagnosis) -> Void
    ) throws(Failure) {
        do throws(MergeError) {
            try trace.withBytes { bytes throws(MergeError) in
                try add(recording, from: bytes, source: number, diagnose: diagnose)
            }
        } catch {
            throw Failure(.badData, "\(trace.path): \(error.text([trace.path]))")
        }
    }

    /// Adds the modules of a recording of a file.
    fileprivate mutating func addModules(
        of recording: Recording, in trace: borrowing TraceFile, number: Int
    ) throws(Failure) {
        do throws(MergeError) {
            try addModules(of: recording, source: number)
        } catch {
            throw Failure(.badData, "\(trace.path): \(error.text([trace.path]))")
        }
    }
}

extension Failure {
    /// Traces that cannot be brought together.
    init(_ error: MergeError, _ paths: [String]) { self.init(.badData, error.text(paths)) }
}

extension MergeError {
    /// The error as a sentence; `paths` are the files by number.
    func text(_ paths: [String]) -> String {
        func name(_ source: Int) -> String {
            let path = source < paths.count ? paths[source] : "a trace"
            return path == "-" ? "standard input" : path
        }
        switch self {
        case .differentModules(let path, let size, let source, let other, let otherSource):
            return """
                \(path) is not one file: it takes \(hex(size)) bytes of memory in \(name(source)) and \
                \(hex(other)) in \(name(otherSource))\(size == other ? ", with other contents" : ""); \
                use --mixed keep-apart or --mixed by-name
                """
        case .differentSegments(let path, let source, let otherSource):
            return """
                \(path) is not one file: its segments are elsewhere in \(name(source)) than in \
                \(name(otherSource)); use --mixed keep-apart or --mixed by-name
                """
        case .tooManyModules: return "more than 65533 modules"
        case .changed(let source): return "\(name(source)): has changed while it was read"
        }
    }
}
