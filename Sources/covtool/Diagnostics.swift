import Coverage

#if canImport(Glibc)
    import Glibc
#endif

/// Messages for people, on standard error.
enum Diagnostics {
    /// What went wrong, and is the end of the command, or of one input.
    static func fail(_ message: String) { say("error: \(message)") }

    /// What is probably not as it should be.
    static func warn(_ message: String) { say("warning: \(message)") }

    /// Writes one message, in one piece.
    static func say(_ message: String) {
        let bytes = PathText.bytes(of: "covtool: \(message)\n")
        // Nowhere is left to complain to when this fails.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// The system's words for an error number.
    static func text(ofError number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
