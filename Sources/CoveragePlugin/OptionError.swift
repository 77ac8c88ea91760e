/// An argument that is no option of the plugin.
enum OptionError: Error {
    /// The whole argument.
    case unknown([UInt8])
    /// The option's name.
    case emptyValue([UInt8])
}
