/// Arguments with which the recording cannot begin.
enum OptionError: Error {
    /// A trace, or a journal, that cannot be written.
    case unwritable(Output.Failure, isJournal: Bool)
    /// An ELF file that cannot be read.
    case unreadable(HostPath, HostError)
    /// A file for `elf=` that is none, or has nothing to load within 4 GiB.
    case notELF(HostPath)
    /// An ELF file for `elf=` that is not linked, without the place where its code is.
    case needsBase(HostPath)
    /// An option, by its name, that a system emulation does not have.
    case programsOnly(StaticString)
    /// An option, by its name, that only a system emulation has.
    case systemsOnly(StaticString)
    /// An engine that cannot be switched on and off, with `start=` or `stop=`.
    case engineCannotSwitch
    /// An engine that this QEMU has no means for.
    case noEngine
    /// The system has no room for the tables.
    case outOfMemory
}
