#if canImport(Glibc)
    import Glibc
#endif

/// The dynamic loader's list of libraries.
enum LoaderCache {
    /// Runs ldconfig, which only root may.
    static func refresh() {
        var process: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("ldconfig"), nil]
        defer { unsafe free(arguments[0]) }
        let error = unsafe posix_spawn(
            &process, "/sbin/ldconfig", nil, nil, &arguments, environ)
        var status: Int32 = 0
        if error == 0 { unsafe waitpid(process, &status, 0) }
        if error != 0 || status != 0 { Diagnostics.warn("ldconfig failed") }
    }

    /// Whether the loader finds `library` by its bare name, as QEMU will ask for it.
    static func finds(_ library: String) -> Bool {
        // RTLD_LAZY: QEMU's functions, which the plugin calls, do not exist in this process.
        guard let handle = unsafe dlopen(library, RTLD_LAZY) else { return false }
        unsafe dlclose(handle)
        return true
    }

    /// Whether this process has `library`, which its program or another library needs.
    static func hasLoaded(_ library: String) -> Bool {
        guard let handle = unsafe dlopen(library, RTLD_LAZY | RTLD_NOLOAD) else { return false }
        unsafe dlclose(handle)
        return true
    }
}
