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
            var command = try Covtool.parseAsRoot(
                NameList.joiningRuns(in: Array(CommandLine.arguments.dropFirst())))
            try command.run()
        } catch let failure as Failure {
            Diagnostics.say(failure.message)
            exit(failure.status.rawValue)
        } catch {
            Covtool.exit(withError: error)
        }
    }
}
