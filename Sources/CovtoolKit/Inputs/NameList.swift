/// One or many names given as one argument.
///
/// The argument parser needs time with the square of the number of values: 4 seconds for 10,000
/// files. So a long run of names reaches it as one argument, joined by a character that no name can
/// hold.
public struct NameList: Sendable {
    private static let separator: Character = "\0"
    private static let many = 64

    /// The names.
    public let names: [String]

    /// The names that an argument stands for.
    public init(argument: String) {
        names = argument.split(separator: NameList.separator, omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// The command line with its long runs of names joined. The first name of a run stays by
    /// itself: it may be the command, or the value of the option before it.
    public static func joiningRuns(in arguments: [String]) -> [String] {
        guard arguments.count > many else { return arguments }
        var result: [String] = []
        var run: [String] = []
        func endRun() {
            if let first = run.first { result.append(first) }
            if run.count > 1 {
                result.append(run.dropFirst().joined(separator: String(separator)))
            }
            run.removeAll()
        }
        for (index, argument) in arguments.enumerated() {
            if argument == "--" {
                endRun()
                // Behind it all are names, whatever they begin with.
                let names = arguments[(index + 1)...]
                result.append(argument)
                if !names.isEmpty { result.append(names.joined(separator: String(separator))) }
                return result
            }
            if argument.hasPrefix("-"), argument != "-" {
                endRun()
                result.append(argument)
            } else {
                run.append(argument)
            }
        }
        endRun()
        return result
    }
}
