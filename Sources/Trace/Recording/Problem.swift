/// What is wrong with a file. Each format has problems of its own; these are enumerations.
public protocol Problem: Equatable, Sendable {
    /// What is wrong, as a part of a sentence.
    var text: String { get }
}

/// A problem in spite of which the file is read.
public protocol Damage: Problem {
    /// What was made of it, as a part of a sentence.
    var treatment: String { get }
}

/// Something in a file that is damaged.
public struct Diagnosis: Equatable, Sendable {
    /// What is damaged, and what was made of it.
    public var problem: any Damage
    /// Where in the file.
    public var position: FilePosition

    /// Makes a diagnosis of its parts.
    public init(_ problem: any Damage, at position: FilePosition) {
        self.problem = problem
        self.position = position
    }

    /// What is damaged and what was done, as a sentence without its place.
    public var text: String { "\(problem.text): \(problem.treatment)" }

    /// What is damaged, with its place.
    public var wording: String { "\(position.text): \(problem.text)" }

    /// Whether both are the same problem at the same place.
    public static func == (one: Diagnosis, other: Diagnosis) -> Bool {
        one.position == other.position && one.problem.isSame(as: other.problem)
    }
}

/// Why nothing of a file could be read, and where in it.
public struct ReadError: Error, Equatable {
    /// What is wrong.
    public var cause: any Problem
    /// Where in the file.
    public var position: FilePosition

    /// Makes an error of its parts.
    public init(cause: any Problem, position: FilePosition) {
        self.cause = cause
        self.position = position
    }

    /// The error as a sentence with its place.
    public var text: String { "\(position.text): \(cause.text)" }

    /// Whether both are the same problem at the same place.
    public static func == (one: ReadError, other: ReadError) -> Bool {
        one.position == other.position && one.cause.isSame(as: other.cause)
    }
}

extension Problem {
    fileprivate func isSame(as other: any Problem) -> Bool { (other as? Self) == self }
}
