import ArgumentParser

struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Install covtool, libcov.so, completions and man pages.",
        discussion: """
            QEMU passes the plugin's name to the dynamic loader. So '-plugin libcov.so' works from any \
            folder if the library is in a folder that the loader searches, as /usr/local/lib is on \
            Debian. The command refreshes the loader's cache.
            """)

    @OptionGroup var options: PrefixOptions

    func run() throws {
        try Installation(prefix: options.prefix).install()
    }
}

struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Remove what 'covtool install' installed, and nothing else.")

    @OptionGroup var options: PrefixOptions

    func run() throws {
        try Installation(prefix: options.prefix).uninstall()
    }
}

struct PrefixOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The folder that contains bin, lib and share.", valueName: "folder"),
        completion: .directory)
    var prefix = "/usr/local"

    func validate() throws {
        // As a variable that is not set leaves it; it would be the root folder.
        guard !prefix.isEmpty else { throw ValidationError("--prefix is empty") }
    }
}
