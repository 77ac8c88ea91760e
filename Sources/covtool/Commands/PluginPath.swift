import ArgumentParser

struct PluginPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin-path",
        abstract: "Print the path of libcov.so, for '-plugin' without installing.")

    func run() throws {
        print(try Installation.pluginPath())
    }
}
