/// Why a file gave no debug information.
public enum DebugInfoError: Error, Equatable, Sendable {
    /// The file cannot be opened; the system's error number.
    case cannotOpen(errno: Int32)
    /// What is there is not a regular file.
    case notRegular
    /// The file is no ELF file, or a broken one; libelf's or libdwfl's own words.
    case notELF(String)
    /// An ELF file with nothing to load: no program, no library.
    case nothingToLoad
    /// Neither in the file nor in a separate one is there debug information.
    case noDebugInformation
    /// There is debug information, but no line in it: `.debug_line` is not there, say.
    case noLines
    /// There is debug information, but of no code of the file: no executable section, or segment where there
    /// are no sections, has the addresses.
    case noCode
    /// The file names a separate debug file, which is there, but belongs to another build, by its
    /// build-id (both are given, empty where there is none) or its checksum.
    case otherBuild(debugFile: String, buildID: [UInt8], own: [UInt8])
    /// The file that several share, made by dwz, is of another build: by its build-id, or checksum, and
    /// what the debug information names.
    case otherSharedFile(String, id: [UInt8], named: [UInt8])
    /// There is debug information, but it is broken; libdw's own words.
    case broken(String)
    /// A section of the debug information is compressed in a way that libelf does not know: zstd
    /// before elfutils 0.189.
    case unknownCompression(section: String)
}
