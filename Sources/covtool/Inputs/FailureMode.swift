import ArgumentParser

/// What happens when some of the inputs cannot be read, in llvm-profdata's words.
enum FailureMode: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// One is enough to fail.
    case any
    /// It fails when none can be read.
    case all
    /// It does not fail.
    case warn
}
