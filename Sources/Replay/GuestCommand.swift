/// A program under QEMU, and how it gets its input.
public struct GuestCommand: Sendable {
    /// QEMU and its own options.
    public var emulator: [String]
    /// libcov.so, as QEMU's option takes it (``option(plugin:)``).
    public var plugin: String
    /// Further options for libcov.so, as QEMU takes them.
    public var pluginOptions: [String]
    /// The program and its arguments, or a machine's; `@@` stands for the input's file.
    public var arguments: [String]
    /// Where the program has to come to before it is forked for each input, as libcov.so takes it; nil for the first
    /// place where it could come to know its input.
    public var forkPlace: String?

    /// Makes a command.
    public init(
        emulator: [String], plugin: String, pluginOptions: [String] = [], arguments: [String],
        forkPlace: String? = nil
    ) {
        (self.emulator, self.plugin) = (emulator, plugin)
        (self.pluginOptions, self.arguments) = (pluginOptions, arguments)
        self.forkPlace = forkPlace
    }

    /// The path of a plugin as QEMU's option `-plugin` takes it: each comma twice, and `file=` before a path that has
    /// an equals sign.
    public static func option(plugin path: String) -> String {
        let value = value(of: path)
        return path.contains("=") ? "file=" + value : value
    }

    /// A value of an option of a plugin, as QEMU's option `-plugin` takes it: each comma twice.
    public static func value(of text: String) -> String { text.replacing(",", with: ",,") }

    /// What an argument has in the place of the input's file.
    public static let placeholder = "@@"

    /// Whether the input is a file that the arguments name, and not standard input.
    var takesFile: Bool { arguments.contains { $0.contains(GuestCommand.placeholder) } }

    /// The words to be run, for a trace at a path.
    func words(input: String, trace: String, forks: Bool) -> [String] {
        let output = GuestCommand.value(of: trace.replacing("%", with: "%%"))
        let place = GuestCommand.value(of: forkPlace ?? "on")
        let options = ["out=" + output] + (forks ? ["fork=" + place] : []) + pluginOptions
        return emulator + ["-plugin", ([plugin] + options).joined(separator: ",")]
            + arguments.map { $0.replacing(GuestCommand.placeholder, with: input) }
    }
}

extension String {
    /// The text with each occurrence of a part replaced.
    fileprivate func replacing(_ part: String, with other: String) -> String {
        var result: [UInt8] = []
        let (bytes, part) = (Array(utf8), Array(part.utf8))
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: part) {
                result += other.utf8
                index += part.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
