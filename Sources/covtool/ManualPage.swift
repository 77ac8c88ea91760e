import ArgumentParser
import CovtoolKit

/// A page of the manual. Those of commands are made from their own help, so that the two cannot differ.
struct ManualPage {
    /// Where it is installed, below the prefix.
    var path: String
    var text: String

    /// The program's page, one for each of its commands, and the plugin's.
    static var all: [ManualPage] {
        let commands = Covtool.configuration.subcommands
        let names = commands.map { "covtool-\($0._commandName)" }
        let root = ManualPage(Covtool.self, name: "covtool", more: files, seeAlso: names)
        return [root]
            + zip(commands, names).map { ManualPage($0, name: $1, seeAlso: ["covtool"]) } + [plugin]
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
        // The overview's first paragraph is the page's name line.
        let help = Covtool.helpMessage(for: command, columns: 78)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.isEmpty }.dropFirst()
        self.init(
            name, section: 1,
            """
            .SH NAME
            \(name) \\- \(ManualPage.escaped(command.configuration.abstract))
            .SH DESCRIPTION
            .nf
            \(help.map { ManualPage.escaped(String($0)) }.joined(separator: "\n"))
            .fi
            \(more)
            """, seeAlso: seeAlso)
    }

    /// - Parameters:
    ///   - text: what stands between the title and the references; ends in a line break.
    ///   - seeAlso: pages of section 1.
    init(_ name: String, section: Int, _ text: String, seeAlso: [String]) {
        let references = seeAlso.map { ".BR \(ManualPage.escaped($0)) (1)" }
            .joined(separator: ",\n")
        path = "share/man/man\(section)/\(name).\(section)"
        self.text = """
            .TH \(name.uppercased()) \(section) "\(Version.date)" "covtool \(Version.text)" "covtool"
            \(text).SH SEE ALSO
            \(references)

            """
    }

    /// Backslashes, hyphens and lines that begin like a request, made literal.
    static func escaped(_ line: String) -> String {
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
