import Replay

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

    /// What it calls the libraries that this program, and a QEMU that it starts, can have.
    private static var kind: String {
        #if arch(arm64)
            "libc6,AArch64"
        #else
            "libc6,x86-64"
        #endif
    }

    /// The file that the loader takes for a library's bare name, as QEMU will ask for it (ld.so(8)); nil if there is
    /// none. To ask the loader itself from here would be no answer: it looks beside this program too.
    static func file(named name: String) -> String? {
        let told = unsafe getenv("LD_LIBRARY_PATH").map { unsafe String(cString: $0) } ?? ""
        let triple = InstalledFiles.debianFolder
        // Debian's loader looks there without a cache, too.
        let own = ["/lib/\(triple)", "/usr/lib/\(triple)", "/lib", "/usr/lib"]
        let listed = ProgramRun.output(
            of: ["/sbin/ldconfig", "-p"], within: ProgramRun.longestAnswer)
        // The first of a name counts: `<tab>NAME (KIND) => PATH`.
        let cached = String(decoding: listed?.bytes ?? [], as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("\t\(name) (\(kind)") }
            .flatMap { line in line.firstRange(of: "=> ").map { String(line[$0.upperBound...]) } }
        var candidates = told.split { ":;".contains($0) }.map { "\($0)/\(name)" }
        if let cached { candidates.append(cached) }
        candidates += own.map { "\($0)/\(name)" }
        return candidates.first(where: FilePath.exists)
    }

    /// Whether this process has `library`, which its program or another library needs.
    static func hasLoaded(_ library: String) -> Bool {
        guard let handle = unsafe dlopen(library, RTLD_LAZY | RTLD_NOLOAD) else { return false }
        unsafe dlclose(handle)
        return true
    }
}
