import CovtoolKit

#if canImport(Glibc)
    import Glibc
#endif

/// The line on the terminal that says how far long work is.
enum ProgressLine {
    /// Shows it; nil where no terminal does.
    static var shown: Progress.Line? {
        let terminal = unsafe getenv("TERM").map { unsafe String(cString: $0) }
        guard isatty(STDERR_FILENO) == 1, terminal != nil, terminal != "dumb" else { return nil }
        return { text in Diagnostics.write("\r\u{1B}[K\(text ?? "")") }
    }
}
