import Folders
import Reports
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// The files that inputs stand for: themselves, those in a folder, those that a list names.
public struct TraceInputs {
    fileprivate struct Identity: Equatable {
        var device: dev_t
        var number: ino_t
    }

    /// The files, in the order in which they were named; a folder's by name.
    public private(set) var paths: [String] = []
    /// Files in folders that are no traces.
    private(set) var strangers = 0
    /// Whether the output was among the files and is not any more.
    public private(set) var hadOutput = false
    private let output: Identity?
    private let leavesNamedOutput: Bool
    private let kind: String
    private let isWanted: (String) -> Bool

    /// - Parameters:
    ///   - names: files, folders, `@list` and `-`.
    ///   - output: a file that is left out where a folder has it.
    ///   - leavesNamedOutput: whether it is left out where it is named, too.
    ///   - kind: what is looked for in folders, in a word.
    ///   - isWanted: whether a file in a folder, by its path, is one that is looked for.
    public init(
        _ names: [String], output: String? = nil, leavesNamedOutput: Bool = false,
        kind: String = "trace",
        isWanted: @escaping (String) -> Bool = { TraceFile.isTrace($0) }
    ) throws(Failure) {
        self.output = output.flatMap { TraceInputs.status($0)?.identity }
        self.leavesNamedOutput = leavesNamedOutput
        self.kind = kind
        self.isWanted = isWanted
        for name in names { try add(name) }
    }

    /// The files, after a word about what was not taken.
    public func found(_ warnings: Warnings) -> [String] {
        if strangers > 0 {
            warnings.say(
                "\(Amount.text(strangers, "file in folders is not a trace", "files in folders are not traces")): left out"
            )
        }
        return paths
    }

    private mutating func add(_ name: String) throws(Failure) {
        if name.hasPrefix("@") {
            let entries = try TraceInputs.list(String(name.dropFirst()))
            guard !entries.isEmpty else {
                throw Failure(.missingInput, "\(name.dropFirst()): no name is in this list")
            }
            for entry in entries { try add(file: entry) }
        } else {
            try add(file: name)
        }
    }

    private mutating func add(file name: String) throws(Failure) {
        // What is no folder is opened by who reads it, and what is wrong with it said there.
        if name != "-", let status = TraceInputs.status(name) {
            if status.isFolder {
                let before = paths.count
                try add(folder: name)
                guard paths.count > before || hadOutput else {
                    throw Failure(.missingInput, "\(name): no \(kind) is in this folder")
                }
                return
            }
            if leavesNamedOutput, status.identity == output {
                hadOutput = true
                return
            }
        }
        paths.append(name)
    }

    private mutating func add(folder: String) throws(Failure) {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        guard unsafe access(folder, R_OK | X_OK) == 0 else { throw Failure.reading(folder, errno) }
        for name in FolderNames(of: folder) where !name.hasPrefix(".") {
            let path = prefix + name
            guard let status = TraceInputs.status(path) else { continue }
            if status.isFolder {
                if !TraceInputs.isLink(path) { try add(folder: path) }
            } else if status.isFile {
                if status.identity == output {
                    hadOutput = true
                } else if isWanted(path) {
                    paths.append(path)
                } else {
                    strangers += 1
                }
            }
        }
    }

    /// Bytes of a list: the names of more files than any system has room for in a folder.
    private static let mostOfList = 256 << 20

    /// The names in a list: one a line, or each ended by a zero byte.
    static func list(_ path: String) throws(Failure) -> [String] {
        let bytes = try FileBytes.text(at: path, most: mostOfList)
        let isZeroEnded = bytes.contains(0)
        return bytes.split { $0 == (isZeroEnded ? 0 : UInt8(ascii: "\n")) }
            .map { line in
                let end = !isZeroEnded && line.last == UInt8(ascii: "\r") ? line.dropLast() : line
                return PathText.text(end)
            }
            .filter { !$0.isEmpty }
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe stat(PathText.cString(path), &status) == 0 ? status : nil
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}

extension stat {
    fileprivate var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
    fileprivate var isFile: Bool { st_mode & S_IFMT == S_IFREG }
    fileprivate var identity: TraceInputs.Identity { .init(device: st_dev, number: st_ino) }
}
