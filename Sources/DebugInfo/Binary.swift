import CElfutils
public import Coverage

#if canImport(Glibc)
    import Glibc
#endif

/// An open ELF file with the debug information that belongs to it, be it in the file itself or in a
/// separate one that libdwfl finds.
///
/// A value is one libdwfl session of its own, since libdw does not promise to be safe when threads
/// share a handle.
@safe
public struct Binary: ~Copyable {
    /// Where the file goes in memory, by its own addresses.
    public let image: Image

    private let session: OpaquePointer
    private let module: OpaquePointer
    /// What libdwfl added to the file's own addresses.
    private let elfBias: UInt64

    /// Opens the file at `path`.
    ///
    /// - Throws: ``DebugInfoError``, but for what concerns debug information, which is looked for
    ///   when it is asked for.
    public init(path: String) throws(DebugInfoError) {
        guard unsafe access(path, R_OK) == 0 else { throw .cannotOpen(errno: errno) }
        guard let session = unsafe dwfl_begin(celfutils_offline_callbacks()) else {
            throw .notELF(Binary.lastDwflError())
        }
        unsafe dwfl_report_begin(session)
        let module = unsafe dwfl_report_offline(session, path, path, -1)
        unsafe dwfl_report_end(session, nil, nil)
        var bias: GElf_Addr = 0
        guard let module = unsafe module, let elf = unsafe dwfl_module_getelf(module, &bias) else {
            let reason = Binary.lastDwflError()
            unsafe dwfl_end(session)
            throw .notELF(reason)
        }
        guard let image = unsafe Image(elf) else {
            unsafe dwfl_end(session)
            throw .nothingToLoad
        }
        self.image = image
        unsafe self.session = session
        unsafe self.module = module
        elfBias = bias
    }

    deinit { unsafe dwfl_end(session) }

    /// Reads the whole line table and all functions.
    ///
    /// - Throws: ``DebugInfoError/noDebugInformation`` or ``DebugInfoError/broken(_:)``.
    public func lineTable() throws(DebugInfoError) -> LineTable {
        var bias: Dwarf_Addr = 0
        guard let dwarf = unsafe dwfl_module_getdwarf(module, &bias) else {
            throw .noDebugInformation
        }
        return try unsafe UnitReader(dwarf, image: image, bias: bias &- elfBias).table()
    }

    private static func lastDwflError() -> String {
        unsafe dwfl_errmsg(-1).map { unsafe String(cString: $0) } ?? "unknown error"
    }
}
