import CHost
import CQEMUPlugin

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
