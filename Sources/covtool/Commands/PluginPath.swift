import ArgumentParser

struct PluginPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin-path",
        abstract: "Print the path of libcov.so, for '-plugin' without installing.",
        discussion: """
            It is printed as QEMU's option takes it: a comma is written twice, and 'file=' goes before \
            a path with '=' in it.
            """)

    func run() throws {
        let path = try Installation.pluginPath()
        let value = path.split(separator: ",", omittingEmptySubsequences: false)
            .joined(separator: ",,")
        print(path.contains("=") ? "file=\(value)" : value)
    }
}
