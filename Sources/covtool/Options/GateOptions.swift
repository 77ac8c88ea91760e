import ArgumentParser
import CovtoolKit
import Coverage
import Reports

/// What coverage must reach, lest the command ends with status 1.
struct GateOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End with exit status 1 if a smaller percentage of the lines is hit.",
            discussion: """
                The percentage is from 0 to 100, with up to six decimal places; it is compared \
                exactly. If there is nothing to hit, every gate fails.
                """,
            valueName: "percent"),
        transform: Percentage.argument)
    var failUnderLines: Percentage?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End with exit status 1 if a smaller percentage of the functions is hit.",
            valueName: "percent"),
        transform: Percentage.argument)
    var failUnderFunctions: Percentage?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End with exit status 1 if a smaller percentage of the branches is taken.",
            discussion: "It implies --branch-coverage.", valueName: "percent"),
        transform: Percentage.argument)
    var failUnderBranches: Percentage?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End with exit status 1 if more lines than this are missed.", valueName: "number"),
        transform: { text in
            guard let number = Int(text), number >= 0 else {
                throw ValidationError("use a whole number from 0 to \(Int.max)")
            }
            return number
        })
    var failUncoveredLines: Int?

    @OptionGroup var annotations: AnnotationOptions

    /// Says of each gate that is not passed by how much, and throws if there is one. Missed lines are annotated,
    /// whether all gates are passed or not.
    ///
    /// - Parameter totals: what gates look at; nil for those of the files.
    /// - Throws: `ExitCode` if a gate is not passed, ``Failure`` if annotations cannot be written.
    func check(
        _ files: [SourceCoverage.File], _ sources: SourceRules, totals: Totals? = nil
    ) throws {
        let totals = totals ?? Totals(files)
        let texts = gates.compactMap { gate in gate.shortfall(of: totals).map(gate.text) }
        for text in texts { Diagnostics.say("gate: \(text)") }
        try annotations.write(missed: GitHubAnnotations.missed(files), errors: texts, sources)
        if !texts.isEmpty { throw ExitCode(1) }
    }

    /// Whether there is one of branches.
    var needBranches: Bool { failUnderBranches != nil }

    /// Whether there is one, or something else that is to be said of the totals.
    var areThere: Bool { !gates.isEmpty || annotations.areThere }

    private var gates: [Gate] {
        [
            failUnderLines.map(Gate.lines), failUnderFunctions.map(Gate.functions),
            failUnderBranches.map(Gate.branches),
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
            "\(option): \(Amount.text(missed, thing)) missed: \(missed - allowed) too many"
        }
    }

    private var option: String {
        switch self {
        case .lines(let share): "--fail-under-lines \(share.text)"
        case .functions(let share): "--fail-under-functions \(share.text)"
        case .branches(let share): "--fail-under-branches \(share.text)"
        case .uncoveredLines(let allowed): "--fail-uncovered-lines \(allowed)"
        }
    }

    private var thing: String {
        switch self {
        case .lines, .uncoveredLines: "line"
        case .functions: "function"
        case .branches: "branch"
        }
    }

    private var things: String {
        if case .branches = self { return "branches" }
        return thing + "s"
    }
}

extension Percentage {
    /// Reads what stands on the command line.
    static func argument(_ text: String) throws -> Percentage {
        guard let share = Percentage(text) else {
            throw ValidationError(
                "use a number from 0 to 100 with up to six decimal places")
        }
        return share
    }
}
