public import Coverage

/// Addresses with their functions and lines in the form of addr2line (binutils' manual, "addr2line").
public struct Addr2lineFormat: Sendable {
    /// `-a`: the address before all else.
    public var hasAddresses = false
    /// `-f`: the function, before the file and line.
    public var hasFunctions = false
    /// `-p`: all of a frame on one line.
    public var isPretty = false
    /// `-s`: files without their folders.
    public var hasBaseNames = false
    /// Hexadecimal digits of an address: 8 or 16.
    public var digits = 16

    /// The form without any option.
    public init() {}

    /// Writes an address's frames.
    public func write(
        _ frames: [Locator.Frame], address: UInt64, to output: inout some TextOutputStream
    ) {
        if hasAddresses {
            let text = String(address, radix: 16)
            output.write("0x")
            output.write(String(repeating: "0", count: max(0, digits - text.utf8.count)))
            output.write(text)
            output.write(isPretty ? ": " : "\n")
        }
        for (index, frame) in frames.enumerated() {
            if isPretty, index > 0 { output.write(" (inlined by) ") }
            if hasFunctions {
                output.write(frame.function ?? "??")
                output.write(isPretty ? " at " : "\n")
            }
            let file = frame.file ?? "??"
            output.write(hasBaseNames ? SourcePath.baseName(file) : file)
            output.write(":")
            output.write(frame.line > 0 ? String(frame.line) : frame.file == nil ? "0" : "?")
            output.write("\n")
        }
    }
}
