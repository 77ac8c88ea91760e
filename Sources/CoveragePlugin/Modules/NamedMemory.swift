import QEMUPluginEmbedded

/// What the user says of memory that no mapping tells of: `elf=` and `range=`, for the guests of a
/// system emulation above all.
enum NamedMemory {
    /// An ELF file that lies in the guest's memory.
    struct ELF {
        let path: HostPath
        /// Where its lowest segment begins; nil where it lies as it says itself.
        let base: UInt64?
    }

    /// A stretch of memory.
    struct Range {
        let start: UInt64
        let end: UInt64
        /// What it is called as a module, nil where it is none.
        let name: [UInt8]?
        /// As it was given.
        let text: [UInt8]
    }

    /// `PATH` or `PATH@ADDRESS`; a path may hold an `@` itself where no number follows.
    static func elf(_ value: [UInt8]) -> ELF {
        if let at = value.lastIndex(of: UInt8(ascii: "@")),
            let base = UInt64(argument: value[(at + 1)...])
        {
            return ELF(path: HostPath([UInt8](value[..<at])), base: base)
        }
        return ELF(path: HostPath(value), base: nil)
    }

    /// `START-END` or `START-END:NAME`, the end exclusive, with a name at most 4 GiB; nil for anything
    /// else.
    static func range(_ value: [UInt8]) -> Range? {
        let colon = value.firstIndex(of: UInt8(ascii: ":")) ?? value.count
        guard let dash = value[..<colon].firstIndex(of: UInt8(ascii: "-")),
            let start = UInt64(argument: value[..<dash]),
            let end = UInt64(argument: value[(dash + 1)..<colon]), start < end
        else { return nil }
        guard colon < value.count else {
            return Range(start: start, end: end, name: nil, text: value)
        }
        guard end - start <= 1 << 32, colon + 1 < value.count else { return nil }
        return Range(
            start: start, end: end, name: [UInt8](value[(colon + 1)...]), text: value)
    }
}
