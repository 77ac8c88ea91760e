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
    var message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }
}
