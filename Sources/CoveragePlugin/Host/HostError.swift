import CHost

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

    /// ELOOP
    static let tooManyLinks = HostError(negated: -40)
    /// EBADF
    static let notOpen = HostError(negated: -9)

    // What the system would not refuse, but this plugin does.
    static let isBlockDevice = HostError(own: 1, "it is a block device")
    static let isSocket = HostError(own: 2, "it is a socket")
    static let isNoFile = HostError(own: 3, "it is not a file")
    static let isELF = HostError(
        own: 4, "it is a program or a library (ELF), and a trace does not replace these")

    /// An errno, or a negative number for what is not the system's.
    private let number: CInt
    private let words: StaticString?

    /// From what the calls of CHost answer on failure, a negated errno.
    init(negated number: CInt) {
        self.number = 0 &- number
        words = nil
    }

    private init(own number: CInt, _ words: StaticString) {
        self.number = 0 &- number
        self.words = words
    }

    static func == (one: HostError, other: HostError) -> Bool { one.number == other.number }

    /// The words for it, the system's where they are.
    var text: [UInt8] {
        if let words { return words.withUTF8Buffer { unsafe [UInt8]($0) } }
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
