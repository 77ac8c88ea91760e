#if canImport(Glibc)
    import Glibc
#endif

/// The dynamic loader's list of libraries.
enum LoaderCache {
    /// Runs ldconfig, which only root may; gives whether it could.
    static func refresh() -> Bool {
        var process: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("ldconfig"), nil]
        defer { unsafe free(arguments[0]) }
        let error = unsafe posix_spawn(
            &process, "/sbin/ldconfig", nil, nil, &arguments, environ)
        var status: Int32 = 0
        if error == 0 { unsafe waitpid(process, &status, 0) }
        return error == 0 && status == 0
    }

    /// Whether the loader finds the library `path` by its bare name, as QEMU will ask for it. To ask
    /// the loader itself from here would be no answer: it looks beside this program too.
    static func finds(_ path: String) -> Bool {
        if let folders = unsafe getenv("LD_LIBRARY_PATH").map({ unsafe String(cString: $0) }),
            folders.split(whereSeparator: { ":;".contains($0) })
                .contains(where: { FilePath.areSame(String($0), FilePath.folder(path)) })
        {
            return true
        }
        // In the cache, paths are strings that end in a zero.
        guard let cache = try? FileBytes(path: "/etc/ld.so.cache") else { return false }
        let name = Array("/\(FilePath.name(path))".utf8)
        return cache.withBytes { span in span.indices.map { span[$0] } }
            .split(separator: 0)
            .filter { $0.suffix(name.count).elementsEqual(name) }
            .contains { FilePath.areSame(String(decoding: $0, as: UTF8.self), path) }
    }

    /// Whether this process has `library`, which its program or another library needs.
    static func hasLoaded(_ library: String) -> Bool {
        guard let handle = unsafe dlopen(library, RTLD_LAZY | RTLD_NOLOAD) else { return false }
        unsafe dlclose(handle)
        return true
    }
}
