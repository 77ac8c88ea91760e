import ArgumentParser
import CovtoolKit

/// The options of one command, as its own help lists them, so that nothing has to be kept the same.
struct CommandOptions: ConfigurableCommand {
    /// The command's name.
    let name: String
    private let type: any ParsableCommand.Type
    /// The names of one option together, with their dashes.
    private let options: [[String]]

    private init(_ type: any ParsableCommand.Type) {
        self.type = type
        name = type._commandName
        // In so wide a text each option has its own line.
        options = Covtool.helpMessage(for: type, columns: 10_000).split(separator: "\n")
            .filter { $0.hasPrefix("  -") }
            .map { line in
                line.split(separator: " ").prefix { $0.hasPrefix("-") }
                    .flatMap { $0.split { $0 == "," || $0 == "/" } }
                    .map(String.init)
            }
    }

    /// All commands, in the help's order.
    static let all = Covtool.configuration.subcommands.map(CommandOptions.init)

    /// The command of this name, or with this alias.
    static func named(_ name: String) -> CommandOptions? {
        type(named: name).map(CommandOptions.init)
    }

    /// All that commands are called.
    static var commandNames: [String] {
        Covtool.configuration.subcommands.flatMap { [$0._commandName] + $0.configuration.aliases }
    }

    /// Whether there is such a command.
    static func isCommand(_ name: String) -> Bool { type(named: name) != nil }

    /// The command of this name, or with this alias, as a type.
    static func type(named name: String) -> (any ParsableCommand.Type)? {
        Covtool.configuration.subcommands.first {
            $0._commandName == name || $0.configuration.aliases.contains(name)
        }
    }

    /// All that its options can be called, with their dashes.
    var spellings: [String] { options.flatMap(\.self) }

    /// All that the option can be called on the command line; empty where the command has it not.
    func spellings(of option: String) -> [String] {
        options.first { $0.contains("--" + option) } ?? []
    }
}
