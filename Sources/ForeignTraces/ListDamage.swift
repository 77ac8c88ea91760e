public import Trace

/// What of a list of places is damaged, and what was done about it.
public enum ListDamage: Damage {
    /// Lines that are not `MODULE+OFFSET`, the first of them at the place: left out.
    case notOffsets(Int)
    /// Lines that are no addresses, the first of them at the place: left out.
    case notAddresses(Int)
    /// Lines with more modules than a trace can have, the first of them at the place: left out.
    case tooManyModules(Int)

    /// What is damaged, as a part of a sentence.
    public var text: String {
        switch self {
        case .notOffsets(1): "not 'MODULE+OFFSET' with an offset of up to 8 hexadecimal digits"
        case .notOffsets(let count): "the first of \(count) lines that are not 'MODULE+OFFSET'"
        case .notAddresses(1): "not a hexadecimal address"
        case .notAddresses(let count):
            "the first of \(count) lines that are not hexadecimal addresses"
        case .tooManyModules(let count): "the first of \(count) lines behind 65533 modules"
        }
    }

    /// What was done about it.
    public var treatment: String { "left out" }
}

/// Why nothing of a list can be read.
public enum ListFault: Problem {
    /// No line is `MODULE+OFFSET`.
    case noOffset
    /// No line is an address.
    case noAddress

    /// What is wrong, as a part of a sentence.
    public var text: String {
        switch self {
        case .noOffset: "no line is 'MODULE+OFFSET'"
        case .noAddress: "no line is a hexadecimal address"
        }
    }
}

/// Lines that are left out: how many, and where the first is.
struct LeftOutLines {
    private(set) var count = 0
    private(set) var first = FilePosition.line(1)

    mutating func add(_ position: FilePosition) {
        if count == 0 { first = position }
        count += 1
    }

    /// Calls `diagnose` if there are any.
    func report(_ problem: (Int) -> any Damage, _ diagnose: (Diagnosis) -> Void) {
        if count > 0 { diagnose(Diagnosis(problem(count), at: first)) }
    }
}
