/// Where a process's journal goes.
enum JournalPlace {
    /// Beside the trace to come: `TRACE.PROCESS.journal`.
    case beside(HostPath)
    /// Under this name.
    case named(HostPath)
}

/// Where the user wants a journal: `journal=`.
enum JournalChoice {
    /// Nowhere.
    case none
    /// Beside the trace to come, under its name and the process's number.
    case besideTrace
    /// Under a name of its own, a pattern as the trace's is.
    case named(HostPath)
}
