import Coverage
import Synchronization

/// An archive of inputs.
///
/// Its members are read when they are wanted, by one pass over it if they are wanted in their order, so that the
/// archive's size is no matter.
final class CorpusArchive: Sendable {
    private struct State: ~Copyable {
        var reader: ArchiveReader?
        /// The paths of files that links lead to, by their places.
        var linked: [Int: String] = [:]
        /// Of these files the one that was read last: its links come next.
        var last: (number: Int, content: [UInt8])?
    }

    let path: String
    private let state = Mutex(State())

    /// A file of the archive, or a link to one.
    struct Member: Sendable {
        /// The file's place among all members.
        var number: Int
        /// Its path in the archive.
        var path: String
    }

    init(_ path: String) { self.path = path }

    /// The files in it, in its order, each with the links that lead to it behind it; and the paths of links that lead to
    /// no file in it.
    ///
    /// - Throws: ``Failure`` where it is broken.
    func files() throws(Failure) -> (files: [Member], loose: [String]) {
        var (files, links): ([Member], [(path: String, target: String)]) = ([], [])
        var reader = try ArchiveReader(path)
        while let member = try reader.next() {
            switch member.kind {
            case .file: files.append(Member(number: reader.count, path: member.path))
            case .link(let target): links.append((member.path, target))
            case .other: break
            }
        }
        return links.isEmpty ? (files, []) : joined(files, links)
    }

    private func joined(_ files: [Member], _ links: [(path: String, target: String)]) -> (
        files: [Member], loose: [String]
    ) {
        // Where several members have one name, the last is there once all are unpacked.
        let targets = Dictionary(links.map { (SourcePath.normalised($0.path), $0.target) }) { $1 }
        let wanted = Set(targets.values)
        var numbers: [String: Int] = [:]
        for file in files {
            let path = SourcePath.normalised(file.path)
            if wanted.contains(path) { numbers[path] = file.number }
        }
        var (linked, loose): ([Int: [String]], [String]) = ([:], [])
        for link in links {
            var target = link.target
            // As many as Linux follows.
            for _ in 0..<40 where numbers[target] == nil { target = targets[target] ?? target }
            if let number = numbers[target] {
                linked[number, default: []].append(link.path)
            } else {
                loose.append(link.path)
            }
        }
        state.withLock { state in
            for file in files where linked[file.number] != nil {
                state.linked[file.number] = file.path
            }
        }
        let all = files.flatMap { file in
            [file] + (linked[file.number] ?? []).map { Member(number: file.number, path: $0) }
        }
        return (all, loose)
    }

    /// What is in a file.
    ///
    /// - Throws: ``Failure`` where the archive is broken, or not the same any more.
    func content(of file: Member) throws(Failure) -> [UInt8] {
        try state.withLock { state throws(Failure) in
            if let last = state.last, last.number == file.number { return last.content }
            let path = state.linked[file.number]
            var reader: ArchiveReader
            if let open = state.reader.take(), open.count < file.number {
                reader = open
            } else {
                reader = try ArchiveReader(self.path)
            }
            while let member = try reader.next() {
                guard reader.count == file.number else { continue }
                guard member.path == path ?? file.path else { break }
                let content = try reader.content()
                state.last = path == nil ? nil : (file.number, content)
                state.reader = consume reader
                return content
            }
            throw Failure(.badData, "\(self.path): has changed while it was read")
        }
    }
}

/// Which files of a tree of folders are inputs, where all their paths are known.
struct InputPaths {
    /// Folders of AFL's output that have inputs.
    static let ofAFL = ["queue", "crashes", "hangs"]

    /// Whether a name in AFL's output is that of such a folder, or of one that AFL has put aside when it went on in
    /// place: `crashes.2026-11-28-10:00:00`, or `crashes_20261128100000` where it was built with SIMPLE_FILES.
    static func isOfAFL(_ name: some StringProtocol, as folder: String) -> Bool {
        guard name.hasPrefix(folder) else { return false }
        let date = name.dropFirst(folder.count)
        guard let first = date.first else { return true }
        return folder != ofAFL[0] && (first == "." || first == "_") && date.count > 1
            && date.dropFirst().allSatisfy { $0.isASCII && $0.isNumber || $0 == "-" || $0 == ":" }
    }

    /// What AFL writes beside its inputs.
    static let readme = "README.txt"
    /// What of it stands beside the queue.
    static let marksOfAFL = ["crashes", "hangs", "fuzzer_stats", "fuzz_bitmap"]

    /// Whether a name in a folder called queue says that it is AFL's.
    static func isOfQueue(_ name: some StringProtocol) -> Bool {
        name.hasPrefix("id:") || name == ".state"
    }

    /// The folders of AFL's instances, by their parts, and those that such a folder is in.
    private var instances: Set<[Substring]> = []
    private var parents: Set<[Substring]> = []

    /// - Parameter paths: of all files in the tree.
    init(_ paths: some Sequence<String>) {
        var (queues, marked): (Set<[Substring]>, Set<[Substring]>) = ([], [])
        for path in paths {
            let parts = InputPaths.parts(of: path)
            for (index, part) in parts.enumerated() {
                if InputPaths.marksOfAFL.contains(String(part)) {
                    marked.insert(Array(parts[..<index]))
                }
                guard part == InputPaths.ofAFL[0], index + 1 < parts.count else { continue }
                queues.insert(Array(parts[..<index]))
                if InputPaths.isOfQueue(parts[index + 1]) { marked.insert(Array(parts[..<index])) }
            }
        }
        instances = queues.intersection(marked)
        parents = Set(instances.filter { !$0.isEmpty }.map { Array($0.dropLast()) })
    }

    /// Whether the file at a path is an input.
    func isInput(_ path: String) -> Bool {
        let parts = InputPaths.parts(of: path)
        guard let name = parts.last, name != InputPaths.readme,
            !parts.contains(where: { $0.hasPrefix(".") })
        else { return false }
        for (index, part) in parts.enumerated() {
            let folder = Array(parts[..<index])
            if instances.contains(folder) {
                return index < parts.count - 1
                    && InputPaths.ofAFL.contains { InputPaths.isOfAFL(part, as: $0) }
            }
            if parents.contains(folder), !instances.contains(folder + [part]) { return false }
        }
        return true
    }

    private static func parts(of path: String) -> [Substring] {
        path.split(separator: "/").filter { $0 != "." }
    }
}
