import CElfutils

#if canImport(Glibc)
    import Glibc
#endif

/// A session of libdwfl: one ELF file and the separate ones that belong to it.
///
/// libdwfl looks for a separate debug file by build-id in the debug folders, then by the name in
/// `.gnu_debuglink` beside the file, in `.debug` and in the debug folders, and takes none whose
/// build-id, or checksum, is another; then it asks the servers in `DEBUGINFOD_URLS`.
@safe
struct Session: ~Copyable {
    let handle: OpaquePointer
    // libdwfl keeps pointers to both.
    private let callbacks: UnsafeMutablePointer<Dwfl_Callbacks>
    private let searchPath: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    /// - Parameter debugFolders: as ``Binary/init(path:debugFolders:)`` takes them.
    init?(debugFolders: [String]) {
        let path = [":.debug", debugFolders.joined(separator: ":"), "/usr/lib/debug"]
        let words = path.filter { !$0.isEmpty }.joined(separator: ":")
        unsafe searchPath = .allocate(capacity: 1)
        unsafe searchPath.initialize(to: strdup(words))
        unsafe callbacks = .allocate(capacity: 1)
        unsafe callbacks.initialize(
            to: Dwfl_Callbacks(
                find_elf: dwfl_build_id_find_elf, find_debuginfo: SeparateFiles.find,
                section_address: dwfl_offline_section_address, debuginfo_path: searchPath))
        guard let handle = unsafe dwfl_begin(callbacks) else {
            unsafe Session.free(callbacks, searchPath)
            return nil
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe dwfl_end(handle)
        unsafe Session.free(callbacks, searchPath)
    }

    private static func free(
        _ callbacks: UnsafeMutablePointer<Dwfl_Callbacks>,
        _ searchPath: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) {
        unsafe callbacks.deallocate()
        unsafe Glibc.free(searchPath.pointee)
        unsafe searchPath.deallocate()
    }

    /// Adds the file at `path`; nil where it is none that libdwfl takes.
    ///
    /// - Throws: what ``RegularFile/open(_:)`` does.
    func add(_ path: String) throws(DebugInfoError) -> OpaquePointer? {
        let descriptor = try RegularFile.open(path)
        unsafe dwfl_report_begin(handle)
        let module = unsafe dwfl_report_offline(handle, path, path, descriptor)
        unsafe dwfl_report_end(handle, nil, nil)
        guard let module = unsafe module else {
            close(descriptor)
            return nil
        }
        // For `SeparateFiles.find`, which has nothing else to know the folders from.
        var userData: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        unsafe dwfl_module_info(module, &userData, nil, nil, nil, nil, nil, nil)
        unsafe userData?.pointee = UnsafeMutableRawPointer(searchPath.pointee)
        return unsafe module
    }

    static func lastError() -> String {
        unsafe dwfl_errmsg(-1).map { unsafe String(cString: $0) } ?? "unknown error"
    }
}
