public import MachineCode

/// A program's or library's file, as far as it takes to see which blocks places are.
public struct CodeFile: Sendable {
    /// The file's absolute path.
    public var path: String
    /// The file's own address of its first byte in memory.
    public var ownBase: UInt64
    /// Bytes that it takes in memory.
    public var size: UInt64
    /// Bytes from its first byte to its entry point; nil where there is none.
    public var entry: UInt64?
    /// Its instructions by its own addresses; nil where it is not known how to read them.
    public var code: Code?
    /// Where its functions are, by its own addresses, in their order; each is entered at its beginning.
    public var functions: [Range<UInt64>]
    /// What is known of functions that its code calls.
    public var calls = CalledFunctions()
    /// Where each of its functions begins, by the linker's name, if it can be loaded anywhere.
    public var names: [[UInt8]: UInt64] = [:]

    /// Makes a file of its parts.
    public init(
        path: String, ownBase: UInt64, size: UInt64, entry: UInt64?, code: Code?,
        functions: [Range<UInt64>] = []
    ) {
        self.path = path
        self.ownBase = ownBase
        self.size = size
        self.entry = entry
        self.code = code
        self.functions = functions
    }

    /// Where its first byte was in memory, by addresses at which functions were executed; nil where they do not say so.
    ///
    /// A function is entered at its beginning, which is its lowest address in most functions. Programs are loaded at
    /// pages.
    ///
    /// - Parameter addresses: for functions, by their names, the lowest address.
    public func base(byFunctions addresses: [[UInt8]: UInt64]) -> UInt64? {
        var votes: [UInt64: Int] = [:]
        for (name, address) in addresses {
            guard let own = names[name] else { continue }
            let base = address &- (own &- ownBase)
            if base & 0xFFF == 0 { votes[base, default: 0] += 1 }
        }
        let best = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let best, best.value * 2 > votes.values.reduce(0, +) else { return nil }
        return best.key
    }
}

/// A file, and the guest address of its first byte.
public struct PlacedFile: Sendable {
    /// The file.
    public var file: CodeFile
    /// The guest address of its first byte.
    public var base: UInt64

    /// A file at an address.
    public init(_ file: CodeFile, at base: UInt64) { (self.file, self.base) = (file, base) }
}
