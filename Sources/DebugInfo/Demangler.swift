import CDemanglers

#if canImport(Glibc)
    import Glibc
#endif

/// Turns linkage names into what people wrote.
public enum Demangler {
    /// The name behind a linkage name of C++ (Itanium ABI), Rust (both schemes) or Swift (5 and
    /// later); any other name as it is.
    public static func readable(_ name: String) -> String {
        // The older of Rust's schemes looks like C++, with a hash for its last part.
        if name.hasPrefix("_R") || name.hasPrefix("_ZN"),
            let text = unsafe taken(rust_demangle(name, 0))
        {
            return text
        }
        if name.hasPrefix("_Z") {
            return unsafe taken(__cxa_demangle(name, nil, nil, nil)) ?? name
        }
        if name.hasPrefix("$s") || name.hasPrefix("$e") || name.hasPrefix("$S") {
            return unsafe taken(swift_demangle(name, name.utf8.count, nil, nil, 0)) ?? name
        }
        return name
    }

    private static func taken(_ text: UnsafeMutablePointer<CChar>?) -> String? {
        guard let text = unsafe text else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
