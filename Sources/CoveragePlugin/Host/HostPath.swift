import CHost
import TraceEmbedded

/// A path of this process, as bytes without NUL.
struct HostPath: Equatable {
    var bytes: [UInt8]

    /// What a path is, a link not followed.
    enum Kind { case missing, regular, directory, link, fifo, character, block, socket }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    @inline(never)
    init(_ text: StaticString) {
        bytes = text.withUTF8Buffer { unsafe [UInt8]($0) }
    }

    var isAbsolute: Bool { bytes.first == UInt8(ascii: "/") }

    /// Where the last component begins.
    private var nameIndex: Int {
        bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    }

    /// The folder, with its slash at the end.
    var folder: ArraySlice<UInt8> { bytes[..<nameIndex] }
    /// The last component.
    var name: ArraySlice<UInt8> { bytes[nameIndex...] }

    func hasPrefix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { unsafe bytes.starts(with: $0) }
    }

    /// The same with a number before the extension, as a forked child's file has its process's.
    func numbered(_ number: CInt) -> HostPath {
        // A dot at the name's beginning makes a hidden file, not an extension.
        let dot = name.dropFirst().lastIndex(of: UInt8(ascii: ".")) ?? bytes.endIndex
        var text = TextBuffer()
        text.append(bytes[..<dot])
        text.append(".")
        text.append(decimal: Int(number))
        text.append(bytes[dot...])
        return HostPath(text.bytes)
    }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe cString.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return unsafe body("") }
            return unsafe body(start)
        }
    }

    /// Apart from the above, which is compiled anew for each call of the system's.
    private var cString: [CChar] {
        @inline(never) get {
            unsafe [CChar](unsafeUninitializedCapacity: bytes.count + 1) { buffer, length in
                for index in bytes.indices {
                    unsafe buffer[index] = CChar(bitPattern: bytes[index])
                }
                unsafe buffer[bytes.count] = 0
                length = bytes.count + 1
            }
        }
    }

    /// From the root: a relative path counts from the current folder as it now is.
    func absolute() throws(HostError) -> HostPath {
        if isAbsolute { return self }
        var path = try unsafe HostPath.filled { unsafe host_current_directory($0, $1) }
        if path.bytes.last != UInt8(ascii: "/") { path.bytes.append(UInt8(ascii: "/")) }
        path.bytes.append(contentsOf: bytes)
        return path
    }

    /// With every link resolved; what it names must exist.
    func resolved() throws(HostError) -> HostPath {
        try unsafe HostPath.filled { buffer, count in
            unsafe withCString { unsafe host_real_path($0, buffer, count) }
        }
    }

    func kind() throws(HostError) -> Kind {
        let result = unsafe withCString { unsafe host_kind($0) }
        switch result {
        case CInt(HOST_MISSING): return .missing
        case CInt(HOST_REGULAR): return .regular
        case CInt(HOST_DIRECTORY): return .directory
        case CInt(HOST_LINK): return .link
        case CInt(HOST_FIFO): return .fifo
        case CInt(HOST_CHARACTER): return .character
        case CInt(HOST_BLOCK): return .block
        case CInt(HOST_SOCKET): return .socket
        default: throw HostError(negated: result)
        }
    }

    /// What a link says.
    func link() throws(HostError) -> HostPath {
        try unsafe HostPath.filled { buffer, count in
            unsafe withCString { unsafe host_read_link($0, buffer, count) }
        }
    }

    func checkWritable() throws(HostError) {
        try HostPath.check(unsafe withCString { unsafe host_can_write($0) })
    }

    /// Gives the file the name `target`, in one step, whatever had it before.
    func rename(to target: HostPath) throws(HostError) {
        let result = unsafe withCString { from in
            unsafe target.withCString { unsafe host_rename(from, $0) }
        }
        try HostPath.check(result)
    }

    func unlink() throws(HostError) {
        try HostPath.check(unsafe withCString { unsafe host_unlink($0) })
    }

    private static func check(_ result: CInt) throws(HostError) {
        guard result >= 0 else { throw HostError(negated: result) }
    }

    /// The text that a call writes to a buffer; the call answers its length, or a negated errno.
    @unsafe
    static func filled(
        _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int64
    ) throws(HostError) -> HostPath {
        var result: Int64 = 0
        let text = unsafe [CChar](unsafeUninitializedCapacity: 8192) { buffer, length in
            result = unsafe call(buffer.baseAddress, buffer.count)
            length = max(0, min(Int(result), buffer.count))
        }
        guard result >= 0 else { throw HostError(negated: CInt(truncatingIfNeeded: result)) }
        return HostPath(text.map { UInt8(bitPattern: $0) })
    }
}
