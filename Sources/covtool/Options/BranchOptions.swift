import ArgumentParser
import CovtoolKit

/// Whether a report has branches.
struct BranchOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Also report branches: which ways conditions went.",
            discussion: """
                They are found in the program's own code, which need not be instrumented. Without counts=on or \
                branches=on, of some ways it is not known whether they were taken; these are not counted.
                """))
    var branchCoverage = false

    @Flag(
        help:
            "Also report branches that a compiler has added: checks of the stack, of bounds, of numbers, of sanitizers."
    )
    var allBranches = false

    /// Which branches are wanted.
    ///
    /// - Parameter isNeeded: whether something else asks for them.
    func choice(isNeeded: Bool = false) -> BranchChoice {
        allBranches ? .all : branchCoverage || isNeeded ? .conditions : .none
    }
}
