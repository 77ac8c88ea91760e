public import Coverage

/// Addresses or blocks with their frames as a JSON document, described by Docs/symbols.schema.json and
/// written as it is walked through.
public struct SymbolJSON {
    private var json = JSONWriter(format: "covtool-symbols", version: 2)

    /// What a document lists.
    public enum List: Sendable {
        /// Addresses.
        case addresses
        /// Modules with blocks.
        case modules
    }

    /// Begins a document.
    public init(_ list: List) {
        json.beginArray(list == .addresses ? "addresses" : "modules", .block)
    }

    /// Writes an address.
    public mutating func write(
        _ frames: [Locator.Frame], address: UInt64, to output: inout some TextOutputStream
    ) {
        json.beginObject()
        json.member("address", address)
        write(frames, to: &output)
    }

    /// Begins a module, whose blocks come next.
    public mutating func begin(_ module: ModuleCoverage) {
        json.beginObject()
        json.member("path", module.path)
        json.member("size", module.size)
        json.beginArray("blocks", .block)
    }

    /// Writes a block of the module.
    public mutating func write(
        _ frames: [Locator.Frame], block: BlockSet.Element,
        to output: inout some TextOutputStream
    ) {
        json.beginObject()
        json.member("offset", block.offset)
        json.member("size", block.size)
        write(frames, to: &output)
    }

    /// Ends the module.
    public mutating func endModule() {
        json.endArray()
        json.endObject()
    }

    /// Ends the document.
    public mutating func end(to output: inout some TextOutputStream) {
        json.endArray()
        json.end(to: &output)
    }

    private mutating func write(
        _ frames: [Locator.Frame], to output: inout some TextOutputStream
    ) {
        json.beginArray("frames")
        for frame in frames {
            json.beginObject()
            json.member("function", frame.function)
            json.member("file", frame.file)
            json.member("line", frame.line)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.flush(to: &output)
    }
}
