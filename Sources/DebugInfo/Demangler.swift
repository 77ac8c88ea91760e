import CElfutils

#if canImport(Glibc)
    import Glibc
#endif

/// Turns linkage names into what people wrote.
enum Demangler {
    /// The C++ name behind an Itanium ABI linkage name; any other name as it is.
    static func readable(_ name: String) -> String {
        guard name.hasPrefix("_Z") else { return name }
        var status: Int32 = 0
        guard let text = unsafe __cxa_demangle(name, nil, nil, &status) else { return name }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
