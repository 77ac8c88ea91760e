import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// The names in a folder, in the order of their bytes, without `.` and `..`.
///
/// A corpus can have millions, so they stand one behind the other, without room for each.
public struct FolderNames: RandomAccessCollection, Sendable {
    /// Each name with a NUL behind it.
    private var bytes: [CChar] = []
    /// Where each begins.
    private var starts: [Int] = []

    /// Lists a folder; there is no name where it cannot be read.
    ///
    /// - Parameter folder: empty for the current one.
    public init(of folder: String) {
        guard let stream = unsafe opendir(PathText.cString(folder.isEmpty ? "." : folder)) else {
            return
        }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let start = bytes.count
            unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    let isOther = unsafe strcmp(name, ".") != 0 && strcmp(name, "..") != 0
                    guard isOther else { return }
                    unsafe bytes += UnsafeBufferPointer(start: name, count: strlen(name) + 1)
                }
            }
            if bytes.count > start { starts.append(start) }
        }
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let first = bytes.baseAddress else { return }
            starts.sort { unsafe strcmp(first + $0, first + $1) < 0 }
        }
    }

    /// The first number.
    public var startIndex: Int { 0 }
    /// How many there are.
    public var endIndex: Int { starts.count }

    /// A name, with what is not UTF-8 in it as ``PathText`` has it.
    public subscript(number: Int) -> String {
        unsafe bytes[starts[number]...].withUnsafeBufferPointer {
            unsafe $0.baseAddress.map { unsafe PathText.text(cString: $0) } ?? ""
        }
    }

    /// How many bytes all names have.
    public var byteCount: Int { bytes.count - starts.count }
}
