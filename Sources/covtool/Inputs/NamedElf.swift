import ArgumentParser

/// What `--elf` names: a file, or a file that lay at an address, `FILE@BASE`.
struct NamedElf: ExpressibleByArgument {
    /// The file's path.
    let path: String
    /// The guest address of its lowest segment; nil where none is named.
    let base: UInt64?

    /// A file whose own name ends so is that file.
    init(argument: String) {
        guard let at = argument.lastIndex(of: "@"), at > argument.startIndex,
            let base = NamedElf.number(argument[argument.index(after: at)...]),
            !FilePath.exists(argument)
        else {
            (path, base) = (argument, nil)
            return
        }
        (path, self.base) = (String(argument[..<at]), base)
    }

    private static func number(_ text: Substring) -> UInt64? {
        AddressText.address(text) ?? (text.allSatisfy(\.isASCII) ? UInt64(text) : nil)
    }
}
