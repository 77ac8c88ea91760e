/// How code leaves the place where it stands.
public enum Branch: Equatable, Sendable {
    /// Always to another place; nil where the instruction does not say which.
    case jump(UInt64?)
    /// To another place, or on.
    case conditional(UInt64)
    /// On, once what was called has returned.
    case call
    /// Nowhere in the function: it returns, or cannot go on.
    case leave
}
