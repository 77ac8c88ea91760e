import CDemanglers

#if canImport(Glibc)
    import Glibc
#endif

/// Turns linkage names into what people wrote.
public enum Demangler {
    /// The most letters that a name may stand for. Of 390,000 names of C++ in LLVM's and Swift's compilers,
    /// one stands for 32 times its own letters, and most for less than twice.
    private static func limit(_ name: String) -> Int { 4096 + 128 * name.utf8.count }
    /// Far longer than those of any compiler's; demanglers call themselves for each letter.
    private static let longest = 1 << 14

    /// The name behind a linkage name of C++ (Itanium ABI), Rust (both schemes) or Swift (5 and
    /// later); any other name as it is, and one that stands for a text out of all proportion.
    public static func readable(_ name: String) -> String {
        guard name.utf8.count <= longest else { return name }
        // A linker's stub.
        if name.hasSuffix("@plt") { return readable(String(name.dropLast(4))) + "@plt" }
        // The older of Rust's schemes looks like C++, with a hash for its last part.
        if name.hasPrefix("_R") || name.hasPrefix("_ZN"),
            let text = unsafe taken(rust_demangle_bounded(name, limit(name)))
        {
            return text
        }
        if name.hasPrefix("_Z") {
            guard var parsed = CxxName(name) else { return name }
            return parsed.text(limit: limit(name)) ?? name
        }
        if name.hasPrefix("$s") || name.hasPrefix("$e") || name.hasPrefix("$S") {
            var size = SwiftName(name, limit: limit(name))
            guard size.isWithinLimit() else { return name }
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
