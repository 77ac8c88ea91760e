import CQEMUPlugin

/// An errno of this process, as a value.
struct HostError: Error, Equatable {
    /// EEXIST
    static let exists = HostError(negated: -17)
    /// ENOMEM
    static let noMemory = HostError(negated: -12)
    /// EINVAL
    static let invalid = HostError(negated: -22)
    /// EOPNOTSUPP
    static let notSupported = HostError(negated: -95)
    /// EISDIR
    static let isDirectory = HostError(negated: -21)

    let number: CInt

    /// From what the calls of Host.h answer on failure, a negated errno.
    init(negated number: CInt) {
        self.number = 0 &- number
    }

    /// The system's words for it.
    var text: [UInt8] {
        guard let start = unsafe host_error_text(number) else { return [] }
        var bytes: [UInt8] = []
        var index = 0
        while unsafe start[index] != 0 {
            unsafe bytes.append(UInt8(bitPattern: start[index]))
            index += 1
        }
        return bytes
    }
}
