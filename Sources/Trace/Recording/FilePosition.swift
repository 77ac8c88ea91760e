/// A place in a file.
public enum FilePosition: Equatable, Sendable {
    /// A line, counted from 1. Only what stands before the file's first binary table has one.
    case line(Int)
    /// A byte, counted from 0.
    case byte(Int)

    /// The place as it stands before what is there.
    public var text: String {
        switch self {
        case .line(let line): "line \(line)"
        case .byte(let offset): "byte \(offset)"
        }
    }
}
