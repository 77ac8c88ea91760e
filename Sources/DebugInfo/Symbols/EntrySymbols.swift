/// The symbols that begin where the code of functions begins, and what they say that debug information does
/// not.
struct EntrySymbols {
    /// By the ELF file's own addresses.
    private let names: [UInt64: [String]]

    init(_ names: [UInt64: [String]]) { self.names = names }

    /// The linker's name of a function of C++ whose code begins at an address: debug information has none
    /// where a function cannot be called from other units, as a lambda's body. Nil where no symbol is one.
    ///
    /// - Parameter name: the name in the source, which tells functions apart whose code was made one.
    func linkageName(of name: String?, at address: UInt64) -> String? {
        let candidates = (names[address] ?? []).filter { $0.hasPrefix("_Z") }.sorted()
        guard candidates.count > 1, let name else { return candidates.first.map(Self.whole) }
        // Of the variants of a constructor with one code, the last is the one that has it (C2).
        let identifier = name.prefix { $0 != "<" }
        let encoded = "\(identifier.utf8.count)\(identifier)"
        return (candidates.last { $0.contains(encoded) } ?? candidates.last).map(Self.whole)
    }

    /// Whether what begins at an address is not the function itself, but a part of it that the function goes
    /// on to: what GCC leaves behind when it inlines a function's beginning alone.
    func isPart(of linkageName: String, at address: UInt64) -> Bool {
        guard let names = names[address], !names.contains(linkageName) else { return false }
        return names.contains { $0.hasPrefix(linkageName + ".") && $0.contains(".part.") }
    }

    /// How little the names of an address are a function's: compilers append to the name of one that they
    /// have made another of (`f.llvm.1`, `f.constprop.0`), and again for a part of that.
    func strangeness(at address: UInt64, to name: String) -> Int {
        let distances = (names[address] ?? []).compactMap { symbol -> Int? in
            if symbol == name { return 0 }
            guard symbol.hasPrefix(name + ".") else { return nil }
            return Symbols.isPart(symbol) ? 2 : 1
        }
        return distances.min() ?? 2
    }

    /// A symbol without what a compiler has appended for what it has made of the function.
    private static func whole(_ symbol: String) -> String { String(symbol.prefix { $0 != "." }) }
}
