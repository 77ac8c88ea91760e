/// Arguments with which the recording cannot begin.
enum OptionError: Error {
    /// An argument that is no option, whole.
    case unknown([UInt8])
    /// An option without a value, by its name.
    case emptyValue([UInt8])
    /// An option with a value that it does not take, by its name, and the value.
    case badValue(name: [UInt8], value: [UInt8])
    /// A trace that cannot be written.
    case unwritable(Output.Failure)
    /// An ELF file that cannot be read.
    case unreadable(HostPath, HostError)
    /// A file for `elf=` that is none, or has nothing to load within 4 GiB.
    case notELF(HostPath)
    /// An option, by its name, that a system emulation does not have.
    case programsOnly([UInt8])
    /// An engine that cannot be switched on and off, with `start=` or `stop=`.
    case engineCannotSwitch
    /// An engine that this QEMU has no means for.
    case noEngine
}
