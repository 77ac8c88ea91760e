public import Coverage

/// Addresses or blocks with their functions, files and lines, fields separated by tabs; a line for
/// each frame, of which those behind the first have nothing in the fields before the function. Names are
/// shown so that they neither end a field or a line nor steer a terminal (``VisibleText``).
public enum SymbolText {
    /// Writes `ADDRESS FUNCTION FILE:LINE`.
    public static func write(
        _ frames: [Locator.Frame], address: UInt64, to output: inout some TextOutputStream
    ) {
        output.write("0x")
        output.write(String(address, radix: 16))
        write(frames, blank: "\t", to: &output)
    }

    /// Writes `MODULE+OFFSET SIZE FUNCTION FILE:LINE`.
    ///
    /// - Parameter module: the module's name.
    public static func write(
        _ frames: [Locator.Frame], block: BlockSet.Element, module: String,
        to output: inout some TextOutputStream
    ) {
        output.write(VisibleText.shown(module))
        output.write("+0x")
        output.write(String(block.offset, radix: 16))
        output.write("\t")
        output.write(String(block.size))
        write(frames, blank: "\t\t", to: &output)
    }

    private static func write(
        _ frames: [Locator.Frame], blank: String, to output: inout some TextOutputStream
    ) {
        for (index, frame) in frames.enumerated() {
            output.write(index == 0 ? "\t" : blank)
            output.write(frame.function.map { VisibleText.shown($0) } ?? "??")
            output.write("\t")
            output.write(frame.file.map { VisibleText.shown($0) } ?? "??")
            output.write(":")
            output.write(String(frame.line))
            output.write("\n")
        }
    }
}
