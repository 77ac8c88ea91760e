import Replay
import Reports

extension CorpusReplay.Result {
    /// The inputs on which the program crashed.
    public var crashed: [Int] {
        outcomes.compactMap { if case .crashed = $0.run.end { $0.input } else { nil } }
    }

    /// Whether the program could be run on no input; not where no input is in the shard.
    public var hasNoRun: Bool {
        !outcomes.isEmpty
            && outcomes.allSatisfy { if case .notRun = $0.run.end { true } else { false } }
    }

    /// Why there is no result, where the program could be run on no input.
    public func failure(of inputs: InputList) -> Failure {
        Failure(.badData, reasonOfNoRun(of: inputs) ?? "there is no input")
    }

    /// Why the first input could not be run on which the program could not; nil where there is none.
    private func reasonOfNoRun(of inputs: InputList) -> String? {
        for outcome in outcomes {
            if case .notRun(let reason) = outcome.run.end {
                // A reason can begin with the name: why it cannot be read.
                let name = "\(inputs[outcome.input].name): "
                let rest = reason.hasPrefix(name) ? reason.dropFirst(name.count) : reason[...]
                return "\(name)could not be run: \(rest)"
            }
        }
        return nil
    }

    /// Writes how each input ended, a line each (Docs/run-status.schema.json).
    ///
    /// - Parameter unstable: by the inputs' numbers, how many blocks not all their runs reach, where there are any; nil
    ///   where each is run once.
    public func writeStatus(of inputs: InputList, unstable: [Int: Int]? = nil, to path: String)
        throws(Failure)
    {
        var output = try OutputFile(path)
        for outcome in outcomes {
            var line = JSONWriter()
            line.member("input", inputs[outcome.input].name)
            line.member("end", outcome.run.end.name)
            line.member("status", outcome.run.end.status)
            line.member("signal", outcome.run.end.signal)
            line.member("milliseconds", outcome.run.milliseconds)
            line.member("newBlocks", outcome.newBlocks)
            if let unstable { line.member("unstableBlocks", unstable[outcome.input] ?? 0) }
            line.endLine(to: &output)
        }
        try output.finish()
    }

    /// Says how many inputs ended in which way.
    public func tell(of inputs: InputList, output: String, _ warnings: Warnings) throws(Failure) {
        var counts: [(name: String, count: Int)] = []
        for outcome in outcomes {
            let name = outcome.run.end.name
            if let index = counts.firstIndex(where: { $0.name == name }) {
                counts[index].count += 1
            } else {
                counts.append((name, 1))
            }
        }
        var parts = counts.sorted { $0.name < $1.name }.map { "\($0.count) \($0.name)" }
        let same = inputs.count - outcomes.count - elsewhereCount
        if same > 0 { parts.append("\(same) with the content of another") }
        if elsewhereCount > 0 {
            parts.append("\(outcomes.isEmpty ? "all" : "\(elsewhereCount)") in other shards")
        }
        warnings.say(
            """
            \(Amount.text(inputs.count, "input"))\(parts.isEmpty ? "" : ": ")\
            \(parts.joined(separator: ", ")); \
            \(Amount.text(blockCount, "block")) in \(output)
            """)
        if let reason = reasonOfNoRun(of: inputs) { try warnings.warn(reason) }
        if blockCount == 0, !outcomes.isEmpty, !hasNoRun {
            try warnings.warn("nothing was recorded: the plugin's options select no code that ran")
        }
        let failed = outcomes.allSatisfy {
            if case .done(let status) = $0.run.end { status != 0 } else { true }
        }
        if failed, outcomes.count > 1 {
            try warnings.warn(
                "the program did not end with status 0 on any input; check its arguments")
        }
    }
}

extension End {
    /// What it is called in a status file.
    var name: String {
        switch self {
        case .done: "done"
        case .crashed: "crashed"
        case .timedOut: "timed-out"
        case .outOfMemory: "out-of-memory"
        case .notRun: "not-run"
        }
    }

    /// Whether the program has ended itself.
    var isDone: Bool { if case .done = self { true } else { false } }

    /// The program's exit status, where it has one.
    var status: Int32? { if case .done(let status) = self { status } else { nil } }

    /// The number of the signal that ended the program, where one did.
    var signal: Int32? { if case .crashed(let signal) = self { signal } else { nil } }
}
