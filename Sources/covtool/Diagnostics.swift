import CovtoolKit
import Replay
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
        write(lines.map { VisibleText.shown($0) + "\n" }.joined())
    }

    /// Writes to standard error, in one piece. Where nobody reads that any more, the command goes on: its result is not
    /// what it says.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { bytes in
            BrokenPipe.withoutSignal {
                unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
            }
        }
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
