import ArgumentParser
import CovtoolKit
import DebugInfo

/// How functions are named.
struct NameOptions: ParsableArguments {
    @Flag(help: "Print the linker's names of functions, not demangled ones.")
    var noDemangle = false

    /// Names as they are wanted, each worked out once.
    var readableNames: ReadableNames { ReadableNames(isDemangling: !noDemangle) }

    /// What is to be read of debug information for a report.
    var parts: LineTableParts {
        noDemangle ? .coverage : LineTableParts.coverage.union(.readableNames)
    }
}
