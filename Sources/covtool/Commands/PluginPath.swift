import ArgumentParser
import CovtoolKit
import Replay

struct PluginPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin-path",
        abstract: "Print the path of libcov.so, for QEMU's option '-plugin'.",
        discussion: """
            The path is printed as QEMU's option expects it: with each comma written twice, and with \
            'file=' before a path that contains '='.
            """)

    func run() throws {
        print(GuestCommand.option(plugin: try InstalledFiles.pluginPath()))
    }
}
