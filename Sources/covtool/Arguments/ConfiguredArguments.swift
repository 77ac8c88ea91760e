import ArgumentParser
import CovtoolKit

/// A command line with what a `.covtool` file adds to it: its settings as arguments before the user's own.
struct ConfiguredArguments {
    /// The user's arguments, the command's name first.
    private let own: [String]
    private let file: ConfigurationFile
    private let settings: [ConfigurationFile.Setting]

    /// Nil where there is no file, or nothing in it can matter.
    ///
    /// - Throws: ``Failure`` for a file that is wrong.
    init?(_ arguments: [String]) throws(Failure) {
        // Mostly there is no file, and then nothing is to take time.
        guard let name = arguments.first, CommandOptions.isCommand(name),
            name != Config._commandName,
            !arguments.contains(where: ConfiguredArguments.isQuestion),
            let file = try ConfigurationFile.found(for: CommandOptions.self),
            let command = CommandOptions.named(name)
        else { return nil }
        own = arguments
        self.file = file
        settings = file.settings(for: command, besides: arguments)
        if settings.isEmpty { return nil }
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
        Array(own.prefix(1)) + settings.compactMap(\.argument) + own.dropFirst()
    }

    private static func isQuestion(_ argument: String) -> Bool {
        ["-h", "--help", "-help", "--version"].contains(argument)
    }
}
