/// Where a process's journal goes.
enum JournalPlace {
    /// Beside the trace to come: `TRACE.PROCESS.journal`.
    case beside(HostPath)
    /// Under this name.
    case named(HostPath)
}
