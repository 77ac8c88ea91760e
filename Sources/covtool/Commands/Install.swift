import ArgumentParser

struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Put covtool, libcov.so, completions and man pages where they are found.",
        discussion: """
            QEMU hands the plugin's name to the dynamic loader, so '-plugin libcov.so' works from \
            any folder once the library stands in one that the loader searches; 'PREFIX/lib' of \
            /usr/local is such a folder on Debian. The loader's cache is refreshed.
            """)

    @OptionGroup var options: PrefixOptions

    func run() throws {
        try Installation(prefix: options.prefix).install()
    }
}

struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Take away what 'covtool install' put there, and nothing else.")

    @OptionGroup var options: PrefixOptions

    func run() throws {
        try Installation(prefix: options.prefix).uninstall()
    }
}

struct PrefixOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The folder above bin, lib and share.", valueName: "folder"),
        completion: .directory)
    var prefix = "/usr/local"

    func validate() throws {
        // As a variable that is not set leaves it; it would be the root folder.
        guard !prefix.isEmpty else { throw ValidationError("--prefix is empty") }
    }
}
