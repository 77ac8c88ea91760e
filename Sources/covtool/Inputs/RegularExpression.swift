import ArgumentParser

#if canImport(Glibc)
    import Glibc
#endif

/// An extended POSIX regular expression. The system's: Swift's own takes longer to start than most
/// reports need.
@safe
final class RegularExpression: Sendable {
    let text: String
    /// Never changed once it is compiled, and `regexec` may be called by several threads.
    private nonisolated(unsafe) let compiled: UnsafeMutablePointer<regex_t>

    /// - Throws: `ValidationError` with the system's words for what is wrong.
    init(_ text: String) throws {
        self.text = text
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        let status = unsafe regcomp(compiled, text, REG_EXTENDED | REG_NOSUB)
        guard status == 0 else {
            let reason = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) {
                unsafe regerror(status, compiled, $0.baseAddress, $0.count)
                return unsafe $0.baseAddress.map { unsafe String(cString: $0) } ?? ""
            }
            unsafe compiled.deallocate()
            throw ValidationError("'\(text)' is no regular expression: \(reason)")
        }
        unsafe self.compiled = compiled
    }

    deinit {
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    /// Whether something in `subject` matches.
    func matches(_ subject: String) -> Bool { unsafe regexec(compiled, subject, 0, nil, 0) == 0 }
}
