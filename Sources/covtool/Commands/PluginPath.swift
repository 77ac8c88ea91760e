import ArgumentParser
import CovtoolKit

struct PluginPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin-path",
        abstract: "Print the path of libcov.so, for QEMU's option '-plugin'.",
        discussion: """
            The path is printed as QEMU's option expects it: with each comma written twice, and with \
            'file=' before a path that contains '='.
            """)

    func run() throws {
        let path = try InstalledFiles.pluginPath()
        let value = path.split(separator: ",", omittingEmptySubsequences: false)
            .joined(separator: ",,")
        print(path.contains("=") ? "file=\(value)" : value)
    }
}
