/// What the count of a line is where gcov does not say how often it was executed.
public enum CountRule: String, CaseIterable, Sendable {
    /// What gcov says.
    case gcov
    /// How often the line was executed.
    case executions
}
