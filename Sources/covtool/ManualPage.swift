import ArgumentParser
import CovtoolKit

/// A page of section 1, made from the command's own help, so that the two cannot differ.
struct ManualPage {
    var name: String
    var text: String

    /// The program's page, and one for each of its commands.
    static var all: [ManualPage] {
        let commands = Covtool.configuration.subcommands
        let names = commands.map { "covtool-\($0._commandName)" }
        let root = ManualPage(Covtool.self, name: "covtool", more: files, seeAlso: names)
        return [root]
            + zip(commands, names).map { ManualPage($0, name: $1, seeAlso: ["covtool"]) }
    }

    private static let files = """
        .SH FILES
        .TP
        .B \(escaped(ConfigurationFile.name))
        A project's own settings, in its folder; see
        .BR covtool\\-config (1).
        .SH ENVIRONMENT
        .TP
        .B COVTOOL_CONFIG
        A file to take instead of it; empty for none.

        """

    /// - Parameter more: further sections; each line ends in a line break.
    private init(
        _ command: any ParsableCommand.Type, name: String, more: String = "", seeAlso: [String]
    ) {
        self.name = name
        // The overview's first paragraph is the page's name line.
        let help = Covtool.helpMessage(for: command, columns: 78)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.isEmpty }.dropFirst()
        let references = seeAlso.map { ".BR \($0) (1)" }.joined(separator: ",\n")
        text = """
            .TH \(name.uppercased()) 1 "\(Version.date)" "covtool \(Version.text)" "covtool"
            .SH NAME
            \(name) \\- \(ManualPage.escaped(command.configuration.abstract))
            .SH DESCRIPTION
            .nf
            \(help.map { ManualPage.escaped(String($0)) }.joined(separator: "\n"))
            .fi
            \(more).SH SEE ALSO
            \(references)

            """
    }

    /// Backslashes, hyphens and lines that begin like a request, made literal.
    private static func escaped(_ line: String) -> String {
        var result = ""
        for character in line {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
    }
}
