import ArgumentParser
import CovtoolKit
import Reports

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
                "'\(command)' is no command"
                    + Nearest.question(command, among: CommandOptions.commandNames))
        }
    }

    func run() throws {
        let file = try ConfigurationFile.found(for: CommandOptions.self)
        if file == nil, !json {
            Diagnostics.say("no \(ConfigurationFile.name) in this folder or above it")
        }
        let commands = command.flatMap(CommandOptions.named).map { [$0] } ?? CommandOptions.all
        let settings: [(ConfigurationFile.Setting, [String])] = (file?.settings ?? []).compactMap {
            setting in
            let names = commands.filter { command in
                file?.settings(for: command).contains { $0.line == setting.line } == true
            }
            return names.isEmpty ? nil : (setting, names.map(\.name))
        }
        try output.write { output in
            if json {
                write(settings, of: file, to: &output)
                return
            }
            for (setting, names) in settings {
                output.write(
                    """
                    \(file?.path ?? ""):\(setting.line): \(setting.option.name) = \(setting.value) \
                    (\(names.joined(separator: ", ")))\n
                    """)
            }
        }
    }

    private func write(
        _ settings: [(ConfigurationFile.Setting, [String])], of file: ConfigurationFile?,
        to output: inout OutputFile
    ) {
        var json = JSONWriter(format: "covtool-config", version: 1)
        json.member("file", file?.path)
        json.beginArray("settings", .block)
        for (setting, names) in settings {
            json.beginObject()
            json.member("line", setting.line)
            json.member("option", setting.option.name)
            json.member("value", setting.value)
            json.member("commands", names)
            json.endObject()
        }
        json.endArray()
        json.end(to: &output)
    }
}
