#if canImport(Glibc)
    import Glibc
#endif

/// The files that make up covtool on a machine, below one prefix.
public struct InstalledFiles {
    /// A completion or a man page.
    public struct Text {
        /// The path below the prefix.
        public var path: String
        /// What the file holds.
        public var text: String

        /// Makes a text.
        public init(at path: String, _ text: String) {
            self.path = path
            self.text = text
        }
    }

    /// What the plugin is called.
    public static let pluginName = "libcov.so"
    static var debianFolder: String {
        #if arch(arm64)
            "aarch64-linux-gnu"
        #else
            "x86_64-linux-gnu"
        #endif
    }
    /// The folder, without a slash at its end.
    public let prefix: String
    private let texts: [Text]
    private let warnings: Warnings

    /// The program, the plugin and `texts` below `prefix`.
    public init(prefix: String, texts: [Text], warnings: Warnings) {
        self.prefix = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        self.texts = texts
        self.warnings = warnings
    }

    /// The plugin beside this program, as a build leaves it, or in the `lib` beside its `bin`, or below that where
    /// Debian's packages have libraries.
    ///
    /// - Throws: ``Failure`` if it is in none of these places.
    public static func pluginPath() throws(Failure) -> String {
        let folder = FilePath.folder(FilePath.absolute("/proc/self/exe"))
        for place in ["", "../lib/", "../lib/\(debianFolder)/"] {
            let candidate = folder + place + pluginName
            if unsafe access(candidate, R_OK) == 0 { return FilePath.absolute(candidate) }
        }
        throw Failure(
            .missingInput,
            """
            \(folder)\(pluginName): not there, nor in ../lib: install covtool again, with its plugin (in a \
            clone, Fixtures/build makes both)
            """)
    }

    /// Puts every file in its place and refreshes the loader's cache.
    ///
    /// - Throws: ``Failure``, before anything is written where this program is not for other machines, or where
    ///   the files' folders cannot be written.
    public func install() throws(Failure) {
        let program = FilePath.absolute("/proc/self/exe")
        guard !LoaderCache.hasLoaded("libswiftCore.so") else {
            throw Failure(
                .badData,
                """
                \(program): cannot be installed: it needs Swift's shared libraries, and so would \
                not run without this Swift: install what Fixtures/build makes
                """)
        }
        let plugin = try InstalledFiles.pluginPath()
        for path in paths { try checkFolder(of: "\(prefix)/\(path)") }
        for path in paths { try makeFolders(for: "\(prefix)/\(path)") }
        try copy(program, to: "bin/covtool", mode: 0o755)
        try copy(plugin, to: "lib/" + InstalledFiles.pluginName, mode: 0o755)
        for text in texts {
            try place(Array(text.text.utf8), at: text.path, mode: 0o644)
        }
        refreshLoaderCache()
    }

    /// What QEMU's user has to do for the loader to find the plugin; nil if it does by itself.
    public var loaderHint: String? {
        let name = InstalledFiles.pluginName
        let found = LoaderCache.file(named: name)
        if let found, FilePath.areSame(found, "\(prefix)/lib/\(name)") { return nil }
        let folder = FilePath.absolute("\(prefix)/lib")
        let reason = found.map { "finds another \(name), \($0)" } ?? "does not search \(folder)"
        return """
            the loader \(reason): give '-plugin' the whole path (covtool plugin-path), or set \
            LD_LIBRARY_PATH=\(folder)
            """
    }

    /// Removes the files; one that is not there is no fault.
    ///
    /// - Returns: whether any was there.
    /// - Throws: ``Failure`` if one cannot be removed; the others may be gone by then.
    public func uninstall() throws(Failure) -> Bool {
        let paths = paths.map { "\(prefix)/\($0)" }
        for path in paths where unsafe access(path, F_OK) == 0 { try checkFolder(of: path) }
        var isAny = false
        for path in paths {
            if unsafe unlink(path) == 0 {
                isAny = true
            } else if errno != ENOENT, errno != ENOTDIR {
                throw Failure.writing(path, errno)
            }
        }
        if isAny { refreshLoaderCache() }
        return isAny
    }

    /// What a release's tarball has put below the prefix besides, and nobody removes; nil if there is nothing.
    public var leftFolder: String? {
        let folder = "\(prefix)/share/doc/covtool"
        return FilePath.isFolder(folder) ? folder : nil
    }

    /// All files, below the prefix.
    private var paths: [String] {
        ["bin/covtool", "lib/" + InstalledFiles.pluginName] + texts.map(\.path)
    }

    /// Says what to do where this user may not write the folder of `path`, or may not make it.
    private func checkFolder(of path: String) throws(Failure) {
        var folder = FilePath.folder(path)
        while unsafe access(folder, F_OK) != 0, errno == ENOENT, folder.count > 1 {
            folder = FilePath.folder(String(folder.dropLast()))
        }
        guard unsafe access(folder.isEmpty ? "." : folder, W_OK) != 0 else { return }
        let error = errno
        guard error == EACCES || error == EROFS else { return }
        throw Failure(
            .inputOutput,
            """
            \(folder): cannot be written: \(Failure.text(ofError: error)): do this as root, \
            or with a folder of your own: --prefix ~/.local
            """)
    }

    private func copy(_ source: String, to path: String, mode: mode_t) throws(Failure) {
        // Installing from the installed program would read what it is about to replace; harmless,
        // since the new file appears beside the old one, but of no use.
        let target = "\(prefix)/\(path)"
        if FilePath.areSame(source, target), FilePath.target(ofLink: target) == nil { return }
        let bytes = try FileBytes(path: source).withBytes { span in span.indices.map { span[$0] } }
        try place(bytes, at: path, mode: mode)
    }

    private func place(_ bytes: [UInt8], at path: String, mode: mode_t) throws(Failure) {
        let target = "\(prefix)/\(path)"
        // A link is replaced; what it leads to, a build say, is not what is installed here.
        if FilePath.target(ofLink: target) != nil, unsafe unlink(target) != 0 {
            throw Failure.writing(target, errno)
        }
        let output = try OutputFile(target)
        output.write(bytes)
        try output.finish()
        guard unsafe chmod(target, mode) == 0 else { throw Failure.writing(target, errno) }
    }

    private func makeFolders(for target: String) throws(Failure) {
        for (index, character) in zip(target.indices, target).dropFirst() where character == "/" {
            let folder = String(target[..<index])
            if unsafe mkdir(folder, 0o755) != 0, errno != EEXIST {
                throw Failure.writing(folder, errno)
            }
        }
    }

    private func refreshLoaderCache() {
        if geteuid() == 0, !LoaderCache.refresh() { warnings.warnAnyway("ldconfig failed") }
    }
}
