/// Why a command ends without its result.
struct Failure: Error {
    /// The exit status, after sysexits.h; wrong usage is mostly the argument parser's.
    enum Status: Int32 {
        case usage = 64
        case badData = 65
        case missingInput = 66
        case inputOutput = 74
    }

    var status: Status
    /// One line.
    var message: String
    /// A line that follows it.
    var hint: String?

    init(_ status: Status, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }
}
