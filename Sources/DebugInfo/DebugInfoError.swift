/// Why a file gave no debug information.
public enum DebugInfoError: Error, Equatable, Sendable {
    /// The file cannot be opened; the system's error number.
    case cannotOpen(errno: Int32)
    /// The file is no ELF file, or a broken one; libelf's or libdwfl's own words.
    case notELF(String)
    /// An ELF file with nothing to load: no program, no library.
    case nothingToLoad
    /// Neither in the file nor in a separate one is there debug information.
    case noDebugInformation
    /// There is debug information, but it is broken; libdw's own words.
    case broken(String)
}
