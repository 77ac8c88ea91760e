import ArgumentParser
import CovtoolKit

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print what the project's .covtool file sets, and on which line.",
        discussion: """
            covtool uses the file in the working folder, or in the nearest folder above that has one, or \
            the file that COVTOOL_CONFIG names; 'COVTOOL_CONFIG=' means none. Lines are 'option = \
            value', for all commands that have the option; after a line '[command]', they are for that \
            command. Lines that begin with '#' are comments. Paths start at the file's folder. An \
            option on the command line replaces that of the file. These can be set:

            \(ConfigurableOption.all.map(\.name).joined(separator: ", ")).
            """)

    @Argument(
        help: ArgumentHelp("Print only what is in force for this command.", valueName: "command"),
        completion: .list(
            Covtool.configuration.subcommands.compactMap {
                $0 == Config.self ? nil : $0._commandName
            }))
    var command: String?

    @Flag(help: "Print a JSON document.")
    var json = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let command, CommandOptions.named(command) == nil {
            throw ValidationError(
                "'\(command)' is not a command"
                    + Nearest.question(command, among: CommandOptions.commandNames))
        }
    }

    func run() throws {
        let file = try ConfigurationFile.found(for: CommandOptions.self)
        if file == nil, !json {
            Diagnostics.say("no \(ConfigurationFile.name) in this folder or above it")
        }
        let commands = command.flatMap(CommandOptions.named).map { [$0] } ?? CommandOptions.all
        try output.write { output in
            ConfigurationText.write(file, for: commands, isJSON: json, to: &output)
        }
    }
}
