/// A command with options that a configuration file can set.
public protocol ConfigurableCommand {
    /// What all commands are called, aliases too.
    static var commandNames: [String] { get }

    /// The command of this name, or with this alias; nil if there is none.
    static func named(_ name: String) -> Self?

    /// The command's name.
    var name: String { get }

    /// All that the option of a long name without dashes can be called on the command line, with dashes; empty if the
    /// command does not have it.
    func spellings(of option: String) -> [String]
}
