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
        guard let said = ProgramRun.firstLine([path, "--version"]) else {
            release = ""
            outcome = .fails(EmulatorTrial.complaint([path, "--version"]))
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

    private static func outcome(_ path: String, plugin: String, isSystem: Bool) -> Outcome {
        let loading = ["-plugin", GuestCommand.option(plugin: plugin) + ",about=on"]
        // A machine without anything in it. The plugin ends QEMU before there is one, or a program.
        let machine = isSystem ? ["-machine", "none", "-display", "none"] : []
        let said = complaint([path] + machine + loading + (isSystem ? [] : ["/nonexistent"]))
        if let range = said.firstRange(of: answer),
            let interface = Int(said[range.upperBound...].prefix { $0.isNumber })
        {
            return .records(interface: interface)
        }
        // A system emulator without plugins knows the option, and says that it does nothing.
        let unknown = ["nknown option", "nvalid option", "not enabled"]
        return unknown.contains { said.contains($0) } ? .takesNoPlugins : .refuses(said)
    }

    /// The first line that it writes to standard error, or how it ends.
    private static func complaint(_ words: [String]) -> String {
        guard let output = ProgramRun.output(of: words) else { return "it cannot be started" }
        let line = output.errors.prefix { $0 != UInt8(ascii: "\n") }
        guard line.isEmpty else { return String(decoding: line, as: UTF8.self) }
        return switch output.end {
        case .done(let status): "it ends with status \(status)"
        default: "it crashes"
        }
    }
}
