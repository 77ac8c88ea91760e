import ArgumentParser
import Coverage
import Reports

/// What coverage must reach, lest the command ends with status 1.
struct GateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "End with exit status 1 if a smaller share of the lines is hit.",
            discussion: """
                The share is from 0 to 100 and may have six digits behind the point; it is compared \
                exactly. Where nothing is found that could be hit, every gate fails.
                """,
            valueName: "percent"))
    var failUnderLines: Percentage?

    @Option(
        help: ArgumentHelp(
            "End with exit status 1 if a smaller share of the functions is hit.",
            valueName: "percent"))
    var failUnderFunctions: Percentage?

    @Option(
        help: ArgumentHelp(
            "End with exit status 1 if more lines than so many are missed.", valueName: "number"))
    var failUncoveredLines: Int?

    func validate() throws {
        if let failUncoveredLines, failUncoveredLines < 0 {
            throw ValidationError("--fail-uncovered-lines is 0 or more")
        }
    }

    /// Says of each gate that is not passed by how much, and throws if there is one.
    func check(_ files: [SourceCoverage.File]) throws(ExitCode) {
        let totals = Totals(files)
        var hasFailed = false
        for gate in gates {
            guard let shortfall = gate.shortfall(of: totals) else { continue }
            Diagnostics.say("gate: \(gate.text(shortfall))")
            hasFailed = true
        }
        if hasFailed { throw ExitCode(1) }
    }

    private var gates: [Gate] {
        [
            failUnderLines.map(Gate.lines), failUnderFunctions.map(Gate.functions),
            failUncoveredLines.map(Gate.uncoveredLines),
        ].compactMap(\.self)
    }
}

extension Gate {
    fileprivate func text(_ shortfall: Shortfall) -> String {
        switch shortfall {
        case .nothingFound: "\(option): no \(things) found"
        case .tooFew(let count, let needed):
            """
            \(option): \(count.hit) of \(count.found) \(things) hit (\(Percent.text(count))), \
            \(needed) needed: \(needed - count.hit) too few
            """
        case .tooMany(let missed, let allowed):
            "\(option): \(missed) \(things) missed: \(missed - allowed) too many"
        }
    }

    private var option: String {
        switch self {
        case .lines(let share): "--fail-under-lines \(share.text)"
        case .functions(let share): "--fail-under-functions \(share.text)"
        case .uncoveredLines(let allowed): "--fail-uncovered-lines \(allowed)"
        }
    }

    private var things: String {
        switch self {
        case .lines, .uncoveredLines: "lines"
        case .functions: "functions"
        }
    }
}

extension Percentage: ExpressibleByArgument {
    /// Reads what stands on the command line.
    public init?(argument: String) { self.init(argument) }
}
