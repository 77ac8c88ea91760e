public import Coverage

/// Addresses with their function, file and line, one a line, fields separated by tabs.
public enum SymbolList {
    /// Writes `ADDRESS FUNCTION FILE:LINE`.
    public static func write(
        _ location: Locator.Location, address: UInt64, to output: inout some TextOutputStream
    ) {
        output.write("0x\(String(address, radix: 16))\t\(text(location))\n")
    }

    /// Writes `MODULE+OFFSET SIZE FUNCTION FILE:LINE` for each block of a module.
    ///
    /// - Parameter base: the ELF file's address of the module's base.
    public static func write(
        _ module: ModuleCoverage, locator: Locator?, base: UInt64,
        to output: inout some TextOutputStream
    ) {
        let name = SourcePath.baseName(module.path)
        let unknown = Locator.Location(function: nil, file: nil, line: 0)
        for block in module.blocks.elements {
            let location = locator?.location(of: base &+ block.offset) ?? unknown
            output.write(
                "\(name)+0x\(String(block.offset, radix: 16))\t\(block.size)\t\(text(location))\n")
        }
    }

    private static func text(_ location: Locator.Location) -> String {
        "\(location.function ?? "??")\t\(location.file ?? "??"):\(location.line)"
    }
}
