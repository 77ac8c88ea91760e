import ArgumentParser

#if canImport(Glibc)
    import Glibc
#endif

/// Where every error becomes a message and an exit status.
@main
enum Main {
    static func main() {
        Interruption.prepare()
        do {
            var command = try parsed(
                NameList.joiningRuns(in: Array(CommandLine.arguments.dropFirst())))
            try command.run()
        } catch let failure as Failure {
            Diagnostics.say(failure.message)
            exit(failure.status.rawValue)
        } catch {
            Covtool.exit(withError: error)
        }
    }

    /// The command that the arguments and the project's configuration file ask for.
    private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        guard let configuration = try Configuration(for: arguments) else {
            return try Covtool.parseAsRoot(arguments)
        }
        do {
            return try Covtool.parseAsRoot(configuration.arguments)
        } catch {
            throw configuration.failure(of: error) ?? error
        }
    }
}
