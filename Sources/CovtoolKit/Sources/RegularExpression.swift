#if canImport(Glibc)
    import Glibc
#endif

/// An extended POSIX regular expression. The system's: Swift's own takes longer to start than most
/// reports need.
@safe
public final class RegularExpression: Sendable {
    /// The expression.
    public let text: String
    /// Never changed once it is compiled, and `regexec` may be called by several threads.
    private nonisolated(unsafe) let compiled: UnsafeMutablePointer<regex_t>

    /// Compiles an expression.
    ///
    /// - Throws: ``InvalidValue`` with the system's words for what is wrong.
    public init(_ text: String) throws(InvalidValue) {
        self.text = text
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        let status = unsafe regcomp(compiled, text, REG_EXTENDED | REG_NOSUB)
        guard status == 0 else {
            let reason = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) {
                unsafe regerror(status, compiled, $0.baseAddress, $0.count)
                return unsafe $0.baseAddress.map { unsafe String(cString: $0) } ?? ""
            }
            unsafe compiled.deallocate()
            throw InvalidValue("'\(text)' is not a regular expression: \(reason)")
        }
        unsafe self.compiled = compiled
    }

    deinit {
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    /// Whether something in `subject` matches.
    public func matches(_ subject: String) -> Bool {
        unsafe regexec(compiled, subject, 0, nil, 0) == 0
    }
}
