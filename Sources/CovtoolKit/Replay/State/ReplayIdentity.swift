import DebugInfo
import Replay
import Trace

/// What a run hangs on beside its input: with the same, its result can be taken for another's.
public struct ReplayIdentity: Sendable {
    /// What people call each part, and what it is.
    private var parts: [(name: String, value: String)] = []

    /// - Parameter plugin: libcov.so's path.
    /// - Throws: ``Failure`` where the program or the plugin cannot be read.
    public init(
        of command: GuestCommand, _ limits: Limits, forks: Bool, plugin: String
    ) throws(Failure) {
        add("the command", ReplayIdentity.quoted(command.arguments))
        // The program, the script that an interpreter is given, the kernel of a machine.
        for path in command.arguments where FilePath.isRegular(path) {
            add("the file \(path)", FilePath.absolute(path))
            if let id = BuildID.ofFile(at: path) {
                add("the build-id of \(path)", id.hexadecimal)
            } else {
                add("the content of \(path)", try ReplayIdentity.content(of: path))
            }
        }
        let version = ProgramRun.output(
            of: [command.emulator[0], "-version"], within: ProgramRun.longestAnswer)
        add("QEMU", version?.firstLine ?? "of no version")
        add("QEMU's options", ReplayIdentity.quoted(command.emulator.dropFirst()))
        add("libcov.so", try ReplayIdentity.content(of: plugin))
        add("libcov.so's options", command.pluginOptions.joined(separator: ","))
        add("the time limit", limits.milliseconds.map { "\($0) ms" } ?? "none")
        add("the memory limit", limits.bytes.map { "\($0 >> 20) MiB" } ?? "none")
        add("the fork server", forks ? "on" : "off")
        add("the place of the fork", command.forkPlace ?? "")
    }

    /// As a log has it.
    var bytes: [UInt8] {
        var fields = RecordBytes()
        for (name, value) in parts {
            fields.append(name)
            fields.append(value)
        }
        return fields.bytes
    }

    /// How another differs, as a log has that; nil where it does not.
    func difference(from other: [UInt8]) -> String? {
        guard other != bytes else { return nil }
        var fields = RecordBytes(other)
        for (name, value) in parts {
            guard fields.text() == name, let before = fields.text() else { break }
            if before != value { return "\(name): '\(before)' then, '\(value)' now" }
        }
        return "it is of another version of covtool"
    }

    /// Words as one text, as a shell takes them: of no other words it is the same.
    private static func quoted(_ words: some Sequence<String>) -> String {
        words.map { word in
            let isPlain = word.utf8.allSatisfy { $0 > 0x20 && !"'\"\\".utf8.contains($0) }
            guard !isPlain || word.isEmpty else { return word }
            let parts = word.split(separator: "'", omittingEmptySubsequences: false)
            return "'" + parts.joined(separator: "'\\''") + "'"
        }.joined(separator: " ")
    }

    private mutating func add(_ name: String, _ value: String) { parts.append((name, value)) }

    private static func content(of path: String) throws(Failure) -> String {
        let identity = ContentIdentity(of: try StoredBytes(path: path).withBytes { $0.array })
        return "\(identity.count) bytes, \(String(identity.hash, radix: 16))"
    }
}
