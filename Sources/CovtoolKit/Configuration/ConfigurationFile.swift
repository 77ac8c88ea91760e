import Coverage
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// A project's `.covtool` file: `option = value` lines for all commands that have the option, and then,
/// each behind a line `[command]`, those for one command; `#` begins a comment line.
public struct ConfigurationFile {
    /// One line that sets an option.
    public struct Setting {
        /// The option.
        public var option: ConfigurableOption
        /// The value as it would stand on the command line.
        public var value: String
        /// The command that it is for; nil for all.
        public var command: String?
        /// From 1.
        public var line: Int
    }

    /// What the file is called in its folder.
    public static let name = ".covtool"
    private static let mostBytes = 1 << 20

    /// The file's path.
    public let path: String
    /// What it sets, in its order.
    public private(set) var settings: [Setting] = []

    /// The file that `COVTOOL_CONFIG` names (none where it is empty), else the one in the working
    /// folder, or in the nearest above that has one.
    ///
    /// - Throws: ``Failure`` for a file that is wrong, or is named and not there.
    public static func found(for commands: (some ConfigurableCommand).Type) throws(Failure)
        -> ConfigurationFile?
    {
        try found(
            for: commands, from: FilePath.workingFolder,
            named: unsafe getenv("COVTOOL_CONFIG").map { unsafe PathText.text(cString: $0) })
    }

    /// The same, seen from a folder.
    ///
    /// - Parameter named: what `COVTOOL_CONFIG` says; nil if it is not set.
    static func found(
        for commands: (some ConfigurableCommand).Type, from folder: String, named: String?
    ) throws(Failure) -> ConfigurationFile? {
        if let named {
            let whole = SourcePath.normalised(named, in: folder)
            return named.isEmpty ? nil : try ConfigurationFile(path: whole, commands)
        }
        var folder = folder
        while true {
            let path = (folder == "/" ? "" : folder) + "/" + name
            var status = stat()
            if unsafe stat(PathText.cString(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG
            {
                return try ConfigurationFile(path: path, commands)
            }
            if folder == "/" || folder.isEmpty { return nil }
            let above = FilePath.folder(folder)
            folder = above == "/" ? above : String(above.dropLast())
        }
    }

    private init<Command: ConfigurableCommand>(path: String, _ commands: Command.Type)
        throws(Failure)
    {
        self.path = path
        let file = try FileBytes(path: path) { $0.count <= ConfigurationFile.mostBytes }
        let text = file.withBytes { bytes -> String? in
            guard bytes.count <= ConfigurationFile.mostBytes else { return nil }
            return String(validating: bytes.array, as: UTF8.self)
        }
        guard let text else {
            throw Failure(.usage, "\(path): not UTF-8 text of at most 1 MiB")
        }
        var command: Command?
        for (index, line) in FileBytes.lines(of: text).enumerated() {
            do throws(InvalidValue) {
                try take(ConfigurationFile.trimmed(line), line: index + 1, &command)
            } catch {
                throw Failure(.usage, "\(path):\(index + 1): \(error.message)")
            }
        }
    }

    private mutating func take<Command: ConfigurableCommand>(
        _ text: Substring, line: Int, _ command: inout Command?
    ) throws(InvalidValue) {
        if text.isEmpty || text.hasPrefix("#") { return }
        if text.hasPrefix("["), text.hasSuffix("]") {
            command = Command.named(String(text.dropFirst().dropLast()))
            if command == nil {
                let name = String(text.dropFirst().dropLast())
                throw InvalidValue(
                    "\(text): no such command"
                        + Nearest.question(name, among: Command.commandNames))
            }
            return
        }
        guard let equals = text.firstIndex(of: "=") else {
            throw InvalidValue("neither 'option = value' nor '[command]'")
        }
        let name = ConfigurationFile.trimmed(text[..<equals])
        let value = ConfigurationFile.trimmed(text[text.index(after: equals)...])
        guard let option = ConfigurableOption.all.first(where: { $0.name == name }) else {
            throw InvalidValue(
                "'\(name)' is not an option that can be set here"
                    + Nearest.question(String(name), among: ConfigurableOption.all.map(\.name)))
        }
        if let command, command.spellings(of: option.name).isEmpty {
            throw InvalidValue("'covtool \(command.name)' has no option '\(name)'")
        }
        if value.isEmpty || value.contains("\0") {
            throw InvalidValue("'\(name)' has no value")
        }
        if !option.isRepeatable,
            let before = settings.first(where: {
                $0.option.name == name && $0.command == command?.name
            })
        {
            throw InvalidValue("'\(name)' is already set on line \(before.line)")
        }
        let resolved = try option.resolved(String(value), in: folder)
        settings.append(
            Setting(option: option, value: resolved, command: command?.name, line: line))
    }

    /// The settings that a command takes if its command line says nothing: of one option the command's own, if the
    /// file has any.
    public func settings(for command: some ConfigurableCommand) -> [Setting] {
        let ownNames = Set(settings.filter { $0.command == command.name }.map(\.option.name))
        return settings.filter {
            $0.command == command.name
                || ($0.command == nil && !command.spellings(of: $0.option.name).isEmpty
                    && !ownNames.contains($0.option.name))
        }
    }

    /// The settings that a command takes with these arguments. The nearer wins: an option that they have is taken from
    /// there alone, whether it can be repeated or not.
    ///
    /// - Parameter arguments: the command's name and what follows it.
    public func settings(for command: some ConfigurableCommand, besides arguments: [String])
        -> [Setting]
    {
        let given = Set(
            arguments.prefix { $0 != "--" }.map { String($0.prefix { $0 != "=" }) })
        return settings(for: command).filter {
            given.isDisjoint(with: command.spellings(of: $0.option.name))
        }
    }

    /// The file's folder, absolute.
    private var folder: String {
        let folder = FilePath.folder(path)
        return folder == "/" ? folder : String(folder.dropLast())
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension ConfigurationFile.Setting {
    /// The same on the command line; nil if it says what holds anyway.
    public var argument: String? {
        switch option.kind {
        case .flag: value == "true" ? "--\(option.name)" : nil
        default: "--\(option.name)=\(value)"
        }
    }
}
