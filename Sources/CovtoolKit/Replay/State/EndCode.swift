import Replay

/// The ways of ending, by their numbers in the log of a state.
enum EndCode: UInt8 {
    case done = 0
    case crashed = 1
    case timedOut = 2
    case outOfMemory = 3
    /// Stands in no log: the input is tried again.
    case notRun = 4

    /// The way, and the exit status or the signal's number where it has one.
    static func of(_ end: End) -> (ending: EndCode, value: Int32) {
        switch end {
        case .done(let status): (.done, status)
        case .crashed(let signal): (.crashed, signal)
        case .timedOut: (.timedOut, 0)
        case .outOfMemory: (.outOfMemory, 0)
        case .notRun: (.notRun, 0)
        }
    }

    /// Nil for ``notRun``, whose reason is no number.
    func end(_ value: Int32) -> End? {
        switch self {
        case .done: .done(status: value)
        case .crashed: .crashed(signal: value)
        case .timedOut: .timedOut
        case .outOfMemory: .outOfMemory
        case .notRun: nil
        }
    }
}
