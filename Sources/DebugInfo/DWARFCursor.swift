#if canImport(Glibc)
    import Glibc
#endif

/// A place in bytes of debug information, from which numbers and texts are read one after the other.
///
/// Bytes of a file are not to be trusted: reading past the end gives zeros and sets ``isBroken``, which
/// the reader of a whole table looks at once, instead of after each number.
@safe
struct DWARFCursor {
    private var bytes: UnsafeRawBufferPointer
    let isBigEndian: Bool
    /// Bytes from the start; never behind the end.
    private(set) var offset: Int
    /// Whether something was read that is not there.
    private(set) var isBroken = false

    /// The bytes must outlive the cursor.
    init(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool, at offset: Int = 0) {
        unsafe self.bytes = unsafe bytes
        self.isBigEndian = isBigEndian
        self.offset = 0
        move(to: offset)
    }

    var count: Int { unsafe bytes.count }
    var isAtEnd: Bool { offset == count }

    /// Makes `end`, from the start, the end of the bytes.
    mutating func limit(to end: Int) {
        if end < offset || end > count {
            fail()
        } else {
            unsafe bytes = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        }
    }

    /// Goes to `offset` bytes from the start.
    mutating func move(to offset: Int) {
        if offset < 0 || offset > count {
            fail()
        } else {
            self.offset = offset
        }
    }

    /// Passes over bytes.
    mutating func skip(_ distance: Int) {
        if distance < 0 || distance > count - offset { fail() } else { offset += distance }
    }

    /// The next byte.
    @inline(__always)
    mutating func byte() -> UInt8 {
        guard offset < count else {
            isBroken = true
            return 0
        }
        defer { offset += 1 }
        return unsafe bytes[offset]
    }

    /// The next number of a fixed width, in the file's byte order.
    @inline(__always)
    mutating func fixed<Number: FixedWidthInteger>(_: Number.Type) -> Number {
        let width = MemoryLayout<Number>.size
        guard width <= count - offset else {
            fail()
            return 0
        }
        defer { offset += width }
        let number = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
        return isBigEndian ? Number(bigEndian: number) : Number(littleEndian: number)
    }

    /// An unsigned LEB128 number; bits above the 64th are lost.
    @inline(__always)
    mutating func unsignedLEB() -> UInt64 {
        let first = byte()
        if first < 0x80 { return UInt64(first) }
        var (number, shift) = (UInt64(first & 0x7F), UInt64(7))
        while true {
            let next = byte()
            if shift < 64 { number |= UInt64(next & 0x7F) << shift }
            shift += 7
            if next < 0x80 { return number }
        }
    }

    /// A signed LEB128 number; bits above the 64th are lost.
    @inline(__always)
    mutating func signedLEB() -> Int64 {
        var (number, shift) = (UInt64(0), UInt64(0))
        while true {
            let next = byte()
            if shift < 64 { number |= UInt64(next & 0x7F) << shift }
            shift += 7
            guard next < 0x80 else { continue }
            if shift < 64, next & 0x40 != 0 { number |= ~0 << shift }
            return Int64(bitPattern: number)
        }
    }

    /// The bytes up to the next NUL, which is passed over.
    mutating func text() -> UnsafeRawBufferPointer {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
        guard let start = rest.baseAddress,
            let end = unsafe memchr(start, 0, rest.count)
        else {
            fail()
            return unsafe rest
        }
        let length = unsafe UnsafeRawPointer(end) - start
        offset += length + 1
        return unsafe UnsafeRawBufferPointer(start: start, count: length)
    }

    private mutating func fail() {
        isBroken = true
        offset = count
    }
}
