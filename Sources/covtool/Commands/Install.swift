import ArgumentParser
import CovtoolKit

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
        let files = options.files
        try files.install()
        print("covtool and \(InstalledFiles.pluginName) are installed below \(files.prefix)/")
        if let hint = files.loaderHint { Diagnostics.say(hint) }
    }
}

struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Remove what 'covtool install' installed, and nothing else.")

    @OptionGroup var options: PrefixOptions

    func run() throws {
        let files = options.files
        let names = "covtool and \(InstalledFiles.pluginName)"
        guard try files.uninstall() else {
            print("\(names) are not installed below \(files.prefix)/: nothing was removed")
            return
        }
        print("\(names) were removed from \(files.prefix)/")
        if let folder = files.leftFolder {
            Diagnostics.say("\(folder): is left: a release's tarball has brought it")
        }
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

    /// What is installed.
    fileprivate var files: InstalledFiles {
        InstalledFiles(
            prefix: prefix,
            texts: [
                .init(
                    at: "share/bash-completion/completions/covtool",
                    Covtool.completionScript(for: .bash)),
                .init(
                    at: "share/zsh/site-functions/_covtool", Covtool.completionScript(for: .zsh)),
                .init(
                    at: "share/fish/vendor_completions.d/covtool.fish",
                    Covtool.completionScript(for: .fish)),
            ] + ManualPage.all.map { .init(at: $0.path, $0.text) },
            warnings: Diagnostics.warnings())
    }
}
