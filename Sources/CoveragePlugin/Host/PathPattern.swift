import CHost

/// A pattern for modules' paths, as shells have them (`fnmatch`): `*`, which matches slashes too, `?`
/// and `[…]`.
struct PathPattern {
    private let pattern: HostPath
    private let hasSlash: Bool

    /// As it was given.
    var text: [UInt8] { pattern.bytes }

    init(_ pattern: [UInt8]) {
        self.pattern = HostPath(pattern)
        hasSlash = pattern.contains(UInt8(ascii: "/"))
    }

    /// Whether the pattern matches the whole path or, having no slash itself, the path's last
    /// component. A name such as `[vdso]` is matched by itself, which as a pattern would be one letter.
    @inline(never)
    func matches(_ path: [UInt8]) -> Bool {
        var name = path[...]
        if !hasSlash, let slash = path.lastIndex(of: UInt8(ascii: "/")) {
            name = path[(slash + 1)...]
        }
        if pattern.bytes.elementsEqual(name) { return true }
        return unsafe pattern.withCString { pattern in
            unsafe HostPath([UInt8](name)).withCString { name in
                unsafe host_matches(pattern, name)
            }
        }
    }
}
