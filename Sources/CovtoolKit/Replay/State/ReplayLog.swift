import Journal
import Replay
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// What the runs of a replay recorded: a record for each input that was run, with its traces, and one for each trace of
/// what was executed before a fork, to which the runs refer.
///
/// A run that is taken from here is told to observers as it was when it ended.
final class ReplayLog: Sendable {
    private enum Kind {
        static let identity: UInt32 = 1
        static let start: UInt32 = 2
        static let run: UInt32 = 3
    }

    /// What stands in the log, by where.
    private struct Index {
        var identity: [UInt8]?
        var runs: [ContentIdentity: Int] = [:]
        /// By what is in them.
        var starts: [ContentIdentity: Int] = [:]
        /// The run to whose traces others are likened, and how many bytes these have, as far as is known.
        var model: (offset: Int, count: Int)?
    }

    private struct State {
        var index: Index
        /// Records of starts, by the paths of the files with them.
        var startsByPath: [String: Int] = [:]
        /// The files into which starts were put.
        var startFiles: [Int: String] = [:]
        /// The end of what a run's traces have, by the run's record.
        var dictionaries: [Int: [UInt8]] = [:]
        var takenCount = 0
    }

    private let log: RecordLog
    private let folder: String
    private let state: Mutex<State>

    /// Opens a log, or makes one.
    ///
    /// - Parameter folder: for traces of what was executed before forks; ends in a slash.
    /// - Throws: ``Failure`` where another process uses it, or it is no log.
    init(_ path: String, folder: String, _ warnings: Warnings) throws(Failure) {
        var index = Index()
        log = try RecordLog(path, .replay, warnings) { (kind, offset, body) throws(Failure) in
            let body = body.array
            var fields = RecordBytes(body)
            switch kind {
            case Kind.identity: index.identity = body
            case Kind.start:
                if let identity = fields.identity() { index.starts[identity] = offset }
            case Kind.run:
                if let identity = fields.identity() { index.runs[identity] = offset }
                index.model = index.model ?? (offset, 0)
            default: throw Failure(.badData, "\(path): is of another version of covtool")
            }
        }
        self.folder = folder
        state = Mutex(State(index: index))
    }

    /// What was run, if that stands in the log.
    var identity: [UInt8]? { state.withLock { $0.index.identity } }

    /// Says what is run, before all runs.
    func append(identity: [UInt8]) throws(Failure) { try log.append(Kind.identity, identity) }

    /// The number of runs in the log.
    var runCount: Int { state.withLock { $0.index.runs.count } }

    /// How many runs were taken from the log in the place of new ones.
    var takenCount: Int { state.withLock { $0.takenCount } }

    /// Adds a run, whose traces are there.
    ///
    /// - Throws: ``Failure`` where it cannot be written.
    func append(_ run: ReplayedRun) throws(Failure) {
        let (ending, value) = EndCode.of(run.ended.end)
        guard ending != .notRun else { return }
        var fields = RecordBytes()
        fields.append(run.identity)
        fields.append(Int(ending.rawValue))
        fields.append(Int(value))
        fields.append(run.ended.milliseconds)
        fields.append(try run.start.map { path throws(Failure) in try start(path) } ?? 0)
        fields.append(run.own.count)
        var content: [UInt8] = []
        for path in run.own {
            let bytes = try StoredBytes(path: path).withBytes { bytes in
                let used = JournalReader.usedSize(bytes) ?? bytes.count
                return bytes.extracting(first: min(used, bytes.count)).array
            }
            fields.append(FilePath.name(path))
            fields.append(bytes.count)
            content += bytes
        }
        // Runs have most blocks in common: likened to a large one, they take a quarter of the room.
        let other = state.withLock { $0.index.model?.offset } ?? 0
        fields.append(content.count)
        fields.append(other)
        fields.append(
            Deflated.bytes(
                of: content,
                dictionary: other > 0 ? try dictionary(other) : []))
        let offset = try log.append(Kind.run, fields.bytes)
        state.withLock {
            $0.index.runs[run.identity] = offset
            let before = $0.index.model?.count ?? -1
            if content.count > before + before / 8 { $0.index.model = (offset, content.count) }
        }
    }

    /// The run that an input needs not, since it stands in the log, as ``run(of:_:in:)`` has it.
    func take(_ job: ReplayQueue.Job, in folder: String) throws(Failure) -> ReplayedRun? {
        var run = try run(of: job.input, job.identity, in: folder)
        run?.content = job.content
        if run != nil { state.withLock { $0.takenCount += 1 } }
        return run
    }

    /// The run on what is in an input, without that, and with its traces in a folder, from which the caller removes them;
    /// nil where there is none.
    ///
    /// - Parameters:
    ///   - input: the input's number in the corpus.
    ///   - folder: ends in a slash.
    /// - Throws: ``Failure`` where the traces cannot be written.
    func run(
        of input: Int, _ identity: ContentIdentity, in folder: String
    ) throws(Failure) -> ReplayedRun? {
        guard let offset = state.withLock({ $0.index.runs[identity] }) else { return nil }
        let record = try record(at: offset)
        guard record.identity == identity else { throw log.damage(offset) }
        var run = ReplayedRun(
            input: input, identity: identity, content: [], ended: record.ended)
        if record.start > 0 { run.start = try startFile(record.start) }
        var next = 0
        for (name, size) in record.files {
            try TemporaryFile.write(record.content[next..<next + size], to: folder + name)
            run.own.append(folder + name)
            next += size
        }
        return run
    }

    /// What stands in the record of a run.
    private struct RunRecord {
        var identity: ContentIdentity
        var ended: EndedRun
        /// Where the record begins of what was executed before the fork; 0 for none.
        var start: Int
        /// The traces, which stand in the content one behind the other.
        var files: [(name: String, size: Int)]
        var content: [UInt8]
    }

    private func record(at offset: Int) throws(Failure) -> RunRecord {
        var fields = RecordBytes(try log.body(at: offset))
        guard let identity = fields.identity(), let kind = fields.number(),
            let value = fields.number().flatMap(Int32.init(exactly:)),
            let end = UInt8(exactly: kind).flatMap(EndCode.init)?.end(value),
            let milliseconds = fields.number(), let start = fields.number(),
            let count = fields.number(), count >= 0
        else { throw log.damage(offset) }
        var files: [(name: String, size: Int)] = []
        for _ in 0..<count {
            guard let name = fields.text(), let size = fields.number(), size >= 0 else {
                throw log.damage(offset)
            }
            files.append((name, size))
        }
        // What it is likened to stands before it.
        guard let size = fields.number(), files.reduce(0, { $0 + $1.size }) == size,
            let other = fields.number(), 0..<offset ~= other, let stream = fields.field(),
            let content = Deflated.inflate(
                stream, count: size, dictionary: other > 0 ? try dictionary(other) : [])
        else { throw log.damage(offset) }
        return RunRecord(
            identity: identity, ended: EndedRun(end: end, milliseconds: milliseconds), start: start,
            files: files, content: content)
    }

    /// The end of what the traces of a run have.
    private func dictionary(_ offset: Int) throws(Failure) -> [UInt8] {
        if let known = state.withLock({ $0.dictionaries[offset] }) { return known }
        let content = try record(at: offset).content
        let dictionary = Array(content.suffix(Deflated.longestDictionary))
        state.withLock { $0.dictionaries[offset] = dictionary }
        return dictionary
    }

    /// Where the record begins of what was executed before a fork.
    private func start(_ path: String) throws(Failure) -> Int {
        // One thread after the other: else two would write the same record.
        try state.withLock { state throws(Failure) in
            if let offset = state.startsByPath[path] { return offset }
            let bytes = try StoredBytes(path: path).withBytes { $0.array }
            let identity = ContentIdentity(of: bytes)
            var offset = state.index.starts[identity] ?? 0
            if offset == 0 {
                var fields = RecordBytes()
                fields.append(identity)
                fields.append(Deflated.bytes(of: bytes))
                offset = try log.append(Kind.start, fields.bytes)
                state.index.starts[identity] = offset
            }
            state.startsByPath[path] = offset
            return offset
        }
    }

    /// A file with what was executed before a fork.
    private func startFile(_ offset: Int) throws(Failure) -> String {
        try state.withLock { state throws(Failure) in
            if let path = state.startFiles[offset] { return path }
            var fields = RecordBytes(try log.body(at: offset))
            guard let identity = fields.identity(), let stream = fields.field(),
                let bytes = Deflated.inflate(stream, count: identity.count)
            else { throw log.damage(offset) }
            let path = "\(folder)start-\(offset).drcov"
            try TemporaryFile.write(bytes[...], to: path)
            state.startFiles[offset] = path
            state.startsByPath[path] = offset
            return path
        }
    }
}

extension RecordBytes {
    fileprivate mutating func append(_ identity: ContentIdentity) {
        append(identity.count)
        append(identity.hash)
    }

    fileprivate mutating func identity() -> ContentIdentity? {
        guard let count = number(), let hash = number(UInt128.self) else { return nil }
        return ContentIdentity(count: count, hash: hash)
    }
}

/// Files that are not for long; one whose writer is killed goes with the folder that it is in.
enum TemporaryFile {
    /// Makes a file, or writes one anew.
    static func write(_ bytes: ArraySlice<UInt8>, to path: String) throws(Failure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.writing(path, errno) }
        defer { close(descriptor) }
        if let number = WholeWrite.write(bytes.span, to: descriptor) {
            throw Failure.writing(path, number)
        }
    }
}
