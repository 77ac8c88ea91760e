import ArgumentParser

/// What a `.covtool` file adds to a command line: its settings as arguments before the user's own. The
/// nearer wins: an option that the command line gives is taken from there alone, whether it can be
/// repeated or not, and so is one that the command's own part of the file gives.
struct Configuration {
    /// The user's arguments, the command's name first.
    private let own: [String]
    private let file: ConfigurationFile
    private let settings: [ConfigurationFile.Setting]

    /// Nil where there is no file, or nothing in it can matter.
    ///
    /// - Throws: ``Failure`` for a file that is wrong.
    init?(for arguments: [String]) throws(Failure) {
        // Mostly there is no file, and then nothing is to take time.
        guard let name = arguments.first, CommandOptions.isCommand(name),
            name != Config._commandName,
            !arguments.contains(where: Configuration.isQuestion),
            let file = try ConfigurationFile.found(), let command = CommandOptions.named(name)
        else { return nil }
        own = arguments
        self.file = file
        let given = Set(
            arguments.prefix { $0 != "--" }.map { String($0.prefix { $0 != "=" }) })
        settings = Configuration.inForce(file, for: command).filter {
            given.isDisjoint(with: command.spellings(of: $0.option.name))
        }
        if settings.isEmpty { return nil }
    }

    /// The file's settings that a command takes if its command line says nothing.
    static func inForce(_ file: ConfigurationFile, for command: CommandOptions)
        -> [ConfigurationFile.Setting]
    {
        let ownNames = Set(
            file.settings.filter { $0.command == command.name }.map(\.option.name))
        return file.settings.filter {
            $0.command == command.name
                || ($0.command == nil && command.has($0.option.name)
                    && !ownNames.contains($0.option.name))
        }
    }

    /// The whole command line.
    var arguments: [String] { arguments(with: settings) }

    /// What is said of an error in parsing ``arguments``, if it is one of the file's and not of the
    /// user's own arguments.
    func failure(of error: any Error) -> Failure? {
        guard (try? Covtool.parseAsRoot(own)) != nil else { return nil }
        for setting in settings {
            do {
                _ = try Covtool.parseAsRoot(arguments(with: [setting]))
            } catch {
                return Failure(.usage, "\(file.path):\(setting.line): \(message(of: error))")
            }
        }
        return Failure(.usage, "\(file.path): \(message(of: error))")
    }

    private func message(of error: any Error) -> String {
        UsageError.inOneLine(Covtool.message(for: error))
    }

    private func arguments(with settings: [ConfigurationFile.Setting]) -> [String] {
        let added = settings.compactMap { setting in
            switch setting.option.kind {
            case .flag: setting.value == "true" ? "--\(setting.option.name)" : nil
            default: "--\(setting.option.name)=\(setting.value)"
            }
        }
        return Array(own.prefix(1)) + added + own.dropFirst()
    }

    private static func isQuestion(_ argument: String) -> Bool {
        ["-h", "--help", "-help", "--version"].contains(argument)
    }
}
