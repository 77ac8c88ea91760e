public import Coverage

/// Addresses or blocks with their frames as a JSON document, described by Docs/symbols.schema.json and
/// written as it is walked through.
public struct SymbolJSON {
    /// The value of `"format"`.
    public static let format = "covtool-symbols"
    /// The value of `"version"`: one higher with each change that a reader must know of.
    public static let version = 1

    private var isFirst = true

    /// Begins a document of addresses.
    public init(addressesTo output: inout some TextOutputStream) {
        output.write(SymbolJSON.beginning + "\"addresses\": [")
    }

    /// Begins a document of modules with blocks.
    public init(modulesTo output: inout some TextOutputStream) {
        output.write(SymbolJSON.beginning + "\"modules\": [")
    }

    private static var beginning: String {
        "{\n\"format\": \(JSONText.quoted(format)),\n\"version\": \(version),\n"
    }

    /// Writes an address.
    public mutating func write(
        _ frames: [Locator.Frame], address: UInt64, to output: inout some TextOutputStream
    ) {
        separate(&output)
        output.write("{\"address\": \"0x\(String(address, radix: 16))\", ")
        SymbolJSON.write(frames, to: &output)
    }

    /// Begins a module, whose blocks come next.
    public mutating func begin(_ module: ModuleCoverage, to output: inout some TextOutputStream) {
        separate(&output)
        output.write(
            "{\"path\": \(JSONText.quoted(module.path)), \"size\": \(module.size), \"blocks\": [")
        isFirst = true
    }

    /// Writes a block of the module.
    public mutating func write(
        _ frames: [Locator.Frame], block: BlockSet.Element,
        to output: inout some TextOutputStream
    ) {
        separate(&output)
        output.write("{\"offset\": \(block.offset), \"size\": \(block.size), ")
        SymbolJSON.write(frames, to: &output)
    }

    /// Ends the module.
    public mutating func endModule(to output: inout some TextOutputStream) {
        output.write(isFirst ? "]}" : "\n]}")
        isFirst = false
    }

    /// Ends the document.
    public func end(to output: inout some TextOutputStream) {
        output.write(isFirst ? "]\n}\n" : "\n]\n}\n")
    }

    private mutating func separate(_ output: inout some TextOutputStream) {
        output.write(isFirst ? "\n" : ",\n")
        isFirst = false
    }

    private static func write(_ frames: [Locator.Frame], to output: inout some TextOutputStream) {
        output.write("\"frames\": [")
        for (index, frame) in frames.enumerated() {
            output.write(index == 0 ? "{\"function\": " : ", {\"function\": ")
            output.write(frame.function.map(JSONText.quoted) ?? "null")
            output.write(", \"file\": ")
            output.write(frame.file.map(JSONText.quoted) ?? "null")
            output.write(", \"line\": \(frame.line)}")
        }
        output.write("]}")
    }
}
