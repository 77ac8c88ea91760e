import Trace

/// Writes a JSON document piece by piece. Every document of covtool's own is an object that begins with its `"format"`
/// and its `"version"`; those of other programs' forms are objects as these want them.
///
/// It is on the caller that what is begun is ended, that members are written in objects alone, and that what is
/// written is handed on (``flush(to:)``) before it is much.
public struct JSONWriter {
    /// Where elements stand.
    public enum Layout: Sendable {
        /// All on one line.
        case line
        /// Each on a line of its own, the first behind the bracket.
        case lines
        /// Each on a line of its own, and the brackets too.
        case block
    }

    private struct Level {
        var layout: Layout
        var isEmpty = true
    }

    private var bytes: [UInt8] = []
    private var levels: [Level] = []
    private static let enough = 1 << 14

    /// Begins a document.
    ///
    /// - Parameter version: one higher with each change that a reader must know of.
    public init(format: String, version: Int) {
        beginObject(.block)
        member("format", format)
        member("version", version)
    }

    /// Begins an object that is a line of its own (JSON lines), or a document of another program's form.
    ///
    /// - Parameter layout: how its members stand.
    public init(_ layout: Layout = .line) { beginObject(layout) }

    /// Ends the object, and the line.
    public mutating func endLine(to output: inout some TextOutputStream) { end(to: &output) }

    /// Ends the document.
    public mutating func end(to output: inout some TextOutputStream) {
        endObject()
        bytes.append(UInt8(ascii: "\n"))
        output.write(String(decoding: bytes, as: UTF8.self))
        bytes = []
    }

    /// Hands on what is there, if it is much.
    public mutating func flush(to output: inout some TextOutputStream) {
        guard bytes.count >= JSONWriter.enough else { return }
        output.write(String(decoding: bytes, as: UTF8.self))
        bytes.removeAll(keepingCapacity: true)
    }

    /// Begins an object, which is an element of an array.
    ///
    /// - Parameter layout: how its members stand.
    public mutating func beginObject(_ layout: Layout = .line) {
        separate()
        levels.append(Level(layout: layout))
        bytes.append(UInt8(ascii: "{"))
    }

    /// Ends the object that was begun last.
    public mutating func endObject() { end(UInt8(ascii: "}")) }

    /// Begins a member that is an array.
    ///
    /// - Parameters:
    ///   - layout: how its elements stand.
    ///   - isOnNewLine: whether it begins a line in an object that is on one line.
    public mutating func beginArray(
        _ name: StaticString, _ layout: Layout = .line, isOnNewLine: Bool = false
    ) {
        key(name, isOnNewLine)
        levels.append(Level(layout: layout))
        bytes.append(UInt8(ascii: "["))
    }

    /// Ends the array that was begun last.
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Begins an array, which is an element of one.
    public mutating func beginArray() {
        separate()
        levels.append(Level(layout: .line))
        bytes.append(UInt8(ascii: "["))
    }

    /// Begins a member that is an object.
    ///
    /// - Parameters:
    ///   - layout: how its members stand.
    ///   - isOnNewLine: whether it begins a line in an object that is on one line.
    public mutating func beginObject(
        _ name: StaticString, _ layout: Layout = .line, isOnNewLine: Bool = false
    ) {
        key(name, isOnNewLine)
        levels.append(Level(layout: layout))
        bytes.append(UInt8(ascii: "{"))
    }

    /// Begins a member that is an object, whose name may be any text.
    public mutating func beginObject(named name: String) {
        separate()
        JSONText.append(name, to: &bytes)
        add(": ")
        levels.append(Level(layout: .line))
        bytes.append(UInt8(ascii: "{"))
    }

    /// Writes a member that is a string; null for nil.
    public mutating func member(
        _ name: StaticString, _ value: String?, isOnNewLine: Bool = false
    ) {
        key(name, isOnNewLine)
        if let value { JSONText.append(value, to: &bytes) } else { add("null") }
    }

    /// Writes a member that is a whole number; null for nil.
    public mutating func member(
        _ name: StaticString, _ value: (some BinaryInteger)?, isOnNewLine: Bool = false
    ) {
        key(name, isOnNewLine)
        if let value { add(value) } else { add("null") }
    }

    /// Writes a member that is true or false.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        key(name, false)
        add(value ? "true" : "false")
    }

    /// Writes a member that is a number, as its digits are.
    ///
    /// - Parameter digits: a JSON number; nil for null.
    public mutating func member(_ name: StaticString, digits: String?) {
        key(name, false)
        bytes += (digits ?? "null").utf8
    }

    /// Writes a member that is a whole number, whose name is one.
    public mutating func member(numbered name: Int, _ value: Int) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        add(name)
        add("\": ")
        add(value)
    }

    /// Writes a member that is a string, whose name is a whole number.
    public mutating func member(numbered name: Int, _ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        add(name)
        add("\": ")
        JSONText.append(value, to: &bytes)
    }

    /// Writes a member that is an array of strings.
    public mutating func member(
        _ name: StaticString, _ values: [String], isOnNewLine: Bool = false
    ) {
        beginArray(name, isOnNewLine: isOnNewLine)
        for value in values { element(value) }
        endArray()
    }

    /// Writes a member that is an array of whole numbers.
    public mutating func member(
        _ name: StaticString, _ values: [some BinaryInteger], isOnNewLine: Bool = false
    ) {
        beginArray(name, isOnNewLine: isOnNewLine)
        for value in values { element(value) }
        endArray()
    }

    /// Writes a string, which is an element of an array.
    public mutating func element(_ value: String) {
        separate()
        JSONText.append(value, to: &bytes)
    }

    /// Writes a whole number, which is an element of an array.
    public mutating func element(_ value: some BinaryInteger) {
        separate()
        add(value)
    }

    /// Writes true or false, which is an element of an array.
    public mutating func element(_ value: Bool) {
        separate()
        add(value ? "true" : "false")
    }

    private mutating func key(_ name: StaticString, _ isOnNewLine: Bool) {
        separate(isOnNewLine)
        bytes.append(UInt8(ascii: "\""))
        add(name)
        add("\": ")
    }

    private mutating func separate(_ isOnNewLine: Bool = false) {
        guard let level = levels.last else { return }
        let isBroken = level.layout != .line || isOnNewLine
        if !level.isEmpty {
            add(isBroken ? ",\n" : ", ")
        } else if level.layout == .block {
            bytes.append(UInt8(ascii: "\n"))
        }
        levels[levels.count - 1].isEmpty = false
    }

    private mutating func end(_ bracket: UInt8) {
        let level = levels.removeLast()
        if level.layout == .block, !level.isEmpty { bytes.append(UInt8(ascii: "\n")) }
        bytes.append(bracket)
    }

    private mutating func add(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func add(_ value: some BinaryInteger) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.append(decimal: UInt64(value.magnitude))
    }
}
