import ArgumentParser
import CovtoolKit
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Where every error becomes a message and an exit status.
@main
enum Main {
    static func main() {
        let arguments = Main.arguments
        // The argument parser would make all commands' options first, most of what this takes.
        if arguments == ["--version"] {
            print(Version.line)
            return
        }
        Interruption.prepare()
        ShrunkFile.prepare()
        do {
            try UsageError(arguments).check()
            var command = try parsed(NameList.joiningRuns(in: arguments))
            try command.run()
        } catch let failure as Failure {
            Diagnostics.fail(failure.message, hint: failure.hint)
            // At once: an ELF file may still be read, which nobody needs any more.
            _exit(failure.status.rawValue)
        } catch {
            let isUsage = Covtool.exitCode(for: error) == .validationFailure
            guard isUsage else { Covtool.exit(withError: error) }
            let usage = UsageError(arguments)
            Diagnostics.fail(usage.message(of: error), hint: usage.hint)
            exit(Failure.Status.usage.rawValue)
        }
    }

    /// The words behind the program's own name. Paths among them need not be UTF-8.
    private static var arguments: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            unsafe CommandLine.unsafeArgv[index].map { unsafe PathText.text(cString: $0) }
        }
    }

    /// The command that the arguments and the project's configuration file ask for.
    private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        guard let configuration = try ConfiguredArguments(arguments) else {
            return try command(arguments)
        }
        do {
            return try command(configuration.arguments)
        } catch {
            throw configuration.failure(of: error) ?? error
        }
    }

    /// Parses by the command that is named first. By way of the root, the argument parser makes a list of
    /// the command's options twice, which takes a tenth of a small report's time; but it knows how to say
    /// what is wrong, and is asked for that and for all help.
    private static func command(_ arguments: [String]) throws -> any ParsableCommand {
        guard let type = arguments.first.flatMap(CommandOptions.type(named:)),
            let command = try? type.parseAsRoot(Array(arguments.dropFirst())),
            Swift.type(of: command) == type
        else { return try Covtool.parseAsRoot(arguments) }
        return command
    }
}
