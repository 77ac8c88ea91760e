import TraceEmbedded

/// Reads the lines of `/proc/self/maps`:
/// `start-end rwxp offset major:minor inode   path`, numbers in hex but for the inode.
///
/// It takes the text piece by piece, each line once: a process can have 60,000 lines.
struct ProcessMapParser {
    /// The rows in the order of the text; a line that is not understood is passed over.
    private(set) var rows: [ProcessMapRow] = []
    /// What was taken and not read yet, from the beginning of a line on.
    private var text: [UInt8] = []
    private var index = 0
    private let address: UInt64

    /// Rows are wanted up to the first that begins above the host address.
    init(upTo address: UInt64) { self.address = address }

    /// Whether all rows that are wanted are there.
    var isDone: Bool { rows.last.map { $0.start > address } ?? false }

    /// Takes the next piece of the text, which may end in the middle of a line.
    mutating func take(_ piece: [UInt8]) {
        text.append(contentsOf: piece)
        guard let end = text.lastIndex(of: UInt8(ascii: "\n")) else { return }
        while index <= end, !isDone {
            if let row = row() { rows.append(row) }
            skip { $0 != UInt8(ascii: "\n") }
            index += 1
        }
        text.removeFirst(end + 1)
        index = 0
    }

    private var current: UInt8? { index < text.count ? text[index] : nil }

    private mutating func row() -> ProcessMapRow? {
        guard let start = number(16), take("-"), let end = number(16), take(" ") else { return nil }
        let isReadable = current == UInt8(ascii: "r")
        skip { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
        guard take(" "), let offset = number(16), take(" "), let major = number(16), take(":"),
            let minor = number(16), take(" "), let inode = number(10), start < end
        else { return nil }
        skip { $0 == UInt8(ascii: " ") }
        let written = path()
        let path = ProcessMapParser.withoutMark(written)
        return ProcessMapRow(
            start: start, end: end, isReadable: isReadable, offset: offset,
            file: FileIdentity(device: major << 32 | minor, inode: inode), path: path,
            isDeleted: path.count < written.count)
    }

    /// The rest of the line; the kernel writes a line feed in a path as `\012`.
    private mutating func path() -> [UInt8] {
        let start = index
        skip { $0 != UInt8(ascii: "\n") }
        guard text[start..<index].contains(0x5C) else { return [UInt8](text[start..<index]) }
        var path: [UInt8] = []
        var next = start
        while next < index {
            if text[next...].starts(with: [0x5C, 0x30, 0x31, 0x32]) {
                path.append(UInt8(ascii: "\n"))
                next += 4
            } else {
                path.append(text[next])
                next += 1
            }
        }
        return path
    }

    /// The kernel puts a mark behind the path of a file that was deleted or replaced, which would make
    /// it another module. A file whose name ends so keeps its name.
    private static func withoutMark(_ path: [UInt8]) -> [UInt8] {
        let mark: StaticString = " (deleted)"
        guard mark.withUTF8Buffer({ unsafe path.suffix($0.count).elementsEqual($0) }),
            (try? HostPath(path).kind()) == .missing
        else { return path }
        return [UInt8](path.dropLast(mark.utf8CodeUnitCount))
    }

    private mutating func number(_ base: UInt64) -> UInt64? {
        let start = index
        var value: UInt64 = 0
        while let byte = current, let digit = byte.digit, digit < base {
            value = value &* base &+ digit
            index += 1
        }
        return index > start ? value : nil
    }

    private mutating func take(_ expected: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: expected) else { return false }
        index += 1
        return true
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = current, condition(byte) { index += 1 }
    }
}
