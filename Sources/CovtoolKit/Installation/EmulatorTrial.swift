import Replay

/// A QEMU, and whether libcov.so can record in it; found out by having it load the plugin.
public struct EmulatorTrial: Sendable {
    /// How it went.
    public enum Outcome: Hashable, Sendable {
        /// It records. The version of QEMU's plugin interface, 1 (QEMU 6.0) to 7 (QEMU 11.1).
        case records(interface: Int)
        /// It was built without plugins.
        case takesNoPlugins
        /// It takes plugins, and not libcov.so: QEMU's words.
        case refuses(String)
        /// It cannot be used at all: why.
        case fails(String)

        /// A few words.
        var text: String {
            switch self {
            case .records(let interface): "plugin interface \(interface), records"
            case .takesNoPlugins: "takes no plugins, cannot record"
            case .refuses(let words): "refuses libcov.so (\(words))"
            case .fails(let words): "cannot be used (\(words))"
            }
        }
    }

    /// Its file.
    public let path: String
    /// QEMU's release, such as `7.2.22`; empty where it cannot be used.
    public let release: String
    /// Whether it emulates a machine, not a program.
    public let isSystem: Bool
    /// How it went.
    public let outcome: Outcome

    /// What libcov.so says behind `about=on` before the number.
    private static let answer = "plugin interface "

    /// Has a QEMU load the plugin.
    ///
    /// - Parameter plugin: the path of libcov.so.
    public init(_ path: String, plugin: String) {
        self.path = path
        isSystem = EmulatorChoice.isSystem(path)
        let version = EmulatorTrial.output([path, "--version"])
        guard let version, version.end != .timedOut, let said = version.firstLine else {
            release = ""
            outcome = .fails(EmulatorTrial.complaint(of: path, version))
            return
        }
        // "qemu-x86_64 version 7.2.22 (Debian …)", "QEMU emulator version 10.0.2"
        let words = said.split(separator: " ").map(String.init)
        guard let word = words.firstIndex(of: "version"), words.indices.contains(word + 1) else {
            release = ""
            outcome = .fails("it is not a QEMU")
            return
        }
        release = words[word + 1]
        outcome = EmulatorTrial.outcome(path, plugin: plugin, isSystem: isSystem)
    }

    /// Whether it records.
    var records: Bool { if case .records = outcome { true } else { false } }

    private static func outcome(_ path: String, plugin: String, isSystem: Bool) -> Outcome {
        let loading = ["-plugin", GuestCommand.option(plugin: plugin) + ",about=on"]
        // A machine without anything in it. The plugin ends QEMU before there is one, or a program.
        let machine = isSystem ? ["-machine", "none", "-display", "none"] : []
        let output = output([path] + machine + loading + (isSystem ? [] : ["/nonexistent"]))
        let said = complaint(of: path, output)
        if output?.end == .timedOut { return .fails(said) }
        if let range = said.firstRange(of: answer),
            let interface = Int(said[range.upperBound...].prefix { $0.isNumber })
        {
            return .records(interface: interface)
        }
        // A system emulator without plugins knows the option, and says that it does nothing.
        let unknown = ["nknown option", "nvalid option", "not enabled"]
        return unknown.contains { said.contains($0) } ? .takesNoPlugins : .refuses(said)
    }

    private static func output(_ words: [String]) -> ProgramRun.Output? {
        ProgramRun.output(of: words, within: ProgramRun.longestAnswer)
    }

    /// The first line that it has written to standard error, without its own name, or how it ended.
    private static func complaint(of path: String, _ output: ProgramRun.Output?) -> String {
        guard let output else { return "it cannot be started" }
        if output.end == .timedOut { return "it does not answer" }
        let line = output.errors.prefix { $0 != UInt8(ascii: "\n") }
        guard line.isEmpty else {
            let words = String(decoding: line, as: UTF8.self)
            let name = [path, FilePath.name(path)].first { words.hasPrefix($0 + ": ") }
            return String(words.dropFirst(name.map { $0.count + 2 } ?? 0))
        }
        return switch output.end {
        case .done(let status): "it ends with status \(status)"
        default: "it crashes"
        }
    }
}
