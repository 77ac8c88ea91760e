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
