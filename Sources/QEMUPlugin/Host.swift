import CHost

/// The process's standard error, past libc's buffers. (`qemu_plugin_outs` writes to QEMU's log,
/// which nobody reads unless it was asked for.)
public enum StandardError {
    /// Writes the bytes as they are; a failure is passed over, there being nowhere to tell of it.
    public static func write(_ text: [UInt8]) {
        unsafe text.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress { _ = unsafe host_write(2, start, buffer.count) }
        }
    }
}

/// The time of the machine that QEMU runs on, which Embedded Swift has no clock for.
public enum HostClock {
    /// Nanoseconds since some moment in the past; they never go back.
    public static var nanoseconds: UInt64 { host_nanoseconds() }
}

/// A copy of a C string without its NUL; empty for a null pointer.
func bytes(ofCString text: UnsafePointer<CChar>?) -> [UInt8] {
    guard var next = unsafe text else { return [] }
    var bytes: [UInt8] = []
    while unsafe next.pointee != 0 {
        unsafe bytes.append(UInt8(bitPattern: next.pointee))
        unsafe next += 1
    }
    return bytes
}
