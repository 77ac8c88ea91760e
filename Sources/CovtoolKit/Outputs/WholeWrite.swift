#if canImport(Glibc)
    import Glibc
#endif

/// Writing to a descriptor until all is there, which one call to the system need not do.
enum WholeWrite {
    /// Writes all bytes.
    ///
    /// - Parameter offset: where in the file; nil for where its last writer has stopped.
    /// - Returns: the number of the error; nil if there is none.
    static func write(_ bytes: Span<UInt8>, to descriptor: Int32, at offset: Int? = nil) -> Int32? {
        unsafe bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
                let count =
                    if let offset {
                        unsafe pwrite(descriptor, rest.baseAddress, rest.count, offset + done)
                    } else {
                        unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
                    }
                if count >= 0 {
                    done += count
                } else if errno != EINTR {
                    return errno
                }
            }
            return nil
        }
    }
}
