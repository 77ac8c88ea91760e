import Coverage

#if canImport(Glibc)
    import Glibc
#endif

/// A project's `.covtool` file: `option = value` lines for all commands that have the option, and then,
/// each behind a line `[command]`, those for one command; `#` begins a comment line.
struct ConfigurationFile {
    /// One line that sets an option.
    struct Setting {
        var option: ConfigurableOption
        /// The value as it would stand on the command line.
        var value: String
        /// The command that it is for; nil for all.
        var command: String?
        /// From 1.
        var line: Int
    }

    static let name = ".covtool"
    private static let mostBytes = 1 << 20

    let path: String
    private(set) var settings: [Setting] = []

    /// The file that `COVTOOL_CONFIG` names (none where it is empty), else the one in the working
    /// folder, or in the nearest above that has one.
    ///
    /// - Throws: ``Failure`` for a file that is wrong, or is named and not there.
    static func found() throws(Failure) -> ConfigurationFile? {
        if let named = unsafe getenv("COVTOOL_CONFIG") {
            let path = unsafe String(cString: named)
            let whole = SourcePath.normalised(path, in: FilePath.workingFolder)
            return path.isEmpty ? nil : try ConfigurationFile(path: whole)
        }
        var folder = FilePath.workingFolder
        while true {
            let path = (folder == "/" ? "" : folder) + "/" + name
            var status = stat()
            if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                return try ConfigurationFile(path: path)
            }
            if folder == "/" || folder.isEmpty { return nil }
            let above = FilePath.folder(folder)
            folder = above == "/" ? above : String(above.dropLast())
        }
    }

    private init(path: String) throws(Failure) {
        self.path = path
        let file = try FileBytes(path: path) { $0.count <= ConfigurationFile.mostBytes }
        let text = file.withBytes { bytes -> String? in
            guard bytes.count <= ConfigurationFile.mostBytes else { return nil }
            return String(validating: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        guard let text else {
            throw Failure(.usage, "\(path): no text in UTF-8 of up to 1 MiB")
        }
        var command: CommandOptions?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            do throws(ConfigurationError) {
                try take(ConfigurationFile.trimmed(line), line: index + 1, &command)
            } catch {
                throw Failure(.usage, "\(path):\(index + 1): \(error.message)")
            }
        }
    }

    private mutating func take(_ text: Substring, line: Int, _ command: inout CommandOptions?)
        throws(ConfigurationError)
    {
        if text.isEmpty || text.hasPrefix("#") { return }
        if text.hasPrefix("["), text.hasSuffix("]") {
            command = CommandOptions.named(String(text.dropFirst().dropLast()))
            if command == nil {
                let name = String(text.dropFirst().dropLast())
                throw ConfigurationError(
                    "\(text): no such command"
                        + Nearest.question(name, among: CommandOptions.commandNames))
            }
            return
        }
        guard let equals = text.firstIndex(of: "=") else {
            throw ConfigurationError("neither 'option = value' nor '[command]'")
        }
        let name = ConfigurationFile.trimmed(text[..<equals])
        let value = ConfigurationFile.trimmed(text[text.index(after: equals)...])
        guard let option = ConfigurableOption.all.first(where: { $0.name == name }) else {
            throw ConfigurationError(
                "'\(name)' is no option that can be set here"
                    + Nearest.question(String(name), among: ConfigurableOption.all.map(\.name)))
        }
        if let command, !command.has(option.name) {
            throw ConfigurationError("'covtool \(command.name)' has no option '\(name)'")
        }
        if value.isEmpty || value.contains("\0") {
            throw ConfigurationError("'\(name)' has no value")
        }
        if !option.isRepeatable,
            let before = settings.first(where: {
                $0.option.name == name && $0.command == command?.name
            })
        {
            throw ConfigurationError("'\(name)' is set on line \(before.line) already")
        }
        let resolved = try option.resolved(String(value), in: folder)
        settings.append(
            Setting(option: option, value: resolved, command: command?.name, line: line))
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
