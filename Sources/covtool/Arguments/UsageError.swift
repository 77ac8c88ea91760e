import ArgumentParser
import CovtoolKit

/// What is wrong with a command line, in this program's form.
struct UsageError {
    private let arguments: [String]

    init(_ arguments: [String]) { self.arguments = arguments }

    /// What the argument parser does not look at, or takes for a wish for help: no command, or one that
    /// there is not.
    func check() throws(Failure) {
        guard let first = arguments.first else {
            throw Failure(.usage, "no command is named", hint: UsageError.hint(for: nil))
        }
        if first == "help" {
            for name in arguments.dropFirst().prefix(1) where !name.hasPrefix("-") {
                try UsageError.check(command: name)
            }
        } else if !first.hasPrefix("-") {
            try UsageError.check(command: first)
        }
    }

    private static func check(command name: String) throws(Failure) {
        guard !CommandOptions.isCommand(name), name != "help" else { return }
        throw Failure(
            .usage,
            "'\(name)' is not a command\(Nearest.question(name, among: CommandOptions.commandNames))",
            hint: hint(for: nil))
    }

    /// What the argument parser says of an error.
    func message(of error: any Error) -> String {
        let command = arguments.first.flatMap(CommandOptions.named)
        let spellings = command?.spellings ?? ["--help", "--version"]
        var message = Covtool.message(for: error)
        let unknown = "Unknown option '"
        var name: String?
        if message.hasPrefix(unknown) {
            name = String(message.dropFirst(unknown.count).prefix { $0 != "'" })
        } else if message.hasPrefix("Missing expected argument") {
            // The parser says this first, even where it is the smaller fault.
            name = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("-") && $0.count > 1 }
                .map { String($0.prefix { $0 != "=" }) }
                .first { !spellings.contains($0) }
        }
        if let name {
            message = "unknown option '\(name)'"
            if name.hasPrefix("--") {
                message += Nearest.question(name, among: spellings.filter { $0.hasPrefix("--") })
            }
        }
        return UsageError.inOneLine(message)
    }

    /// Where to read more.
    var hint: String {
        UsageError.hint(for: arguments.first.flatMap(CommandOptions.named)?.name)
    }

    /// The parser begins sentences, and gives long lists of choices a line each.
    static func inOneLine(_ message: String) -> String {
        let item = "\n  - "
        let parts = message.split(separator: item, omittingEmptySubsequences: false)
        let text =
            parts.prefix(1).joined() + parts.dropFirst().map { " " + $0 }.joined(separator: ",")
        let isWord = text.dropFirst().first.map { $0.isLowercase || $0 == " " } ?? false
        return isWord ? text.prefix(1).lowercased() + text.dropFirst() : text
    }

    private static func hint(for command: String?) -> String {
        "  See 'covtool \(command.map { $0 + " " } ?? "")--help' for more information."
    }
}
