import CovtoolKit
import Reports

#if canImport(Glibc)
    import Glibc
#endif

/// Messages for people, on standard error. What they name can be of a trace's or a file's making: it is shown,
/// and neither steers a terminal nor begins a line.
enum Diagnostics {
    /// What went wrong, and is the end of the command, or of one input.
    ///
    /// - Parameter hint: a line that follows.
    static func fail(_ message: String, hint: String? = nil) {
        say("error: \(message)", hint: hint)
    }

    /// Writes one message, in one piece.
    static func say(_ message: String, hint: String? = nil) {
        let lines = ["covtool: \(message)", hint].compactMap(\.self)
        let bytes = Array(lines.map { VisibleText.shown($0) + "\n" }.joined().utf8)
        // Nowhere is left to complain to when this fails.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// For what is done again and again, and was said once.
    static let silent = Warnings { _ in }

    /// Warnings that are said here.
    static func warnings(isStrict: Bool = false) -> Warnings {
        Warnings(isStrict: isStrict) { message in
            switch message {
            case .note(let text): say(text)
            case .warning(let text): say("warning: \(text)")
            }
        }
    }
}
