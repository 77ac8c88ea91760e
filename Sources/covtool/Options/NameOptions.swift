import ArgumentParser
import CovtoolKit
import DebugInfo

/// How functions are named.
struct NameOptions: ParsableArguments {
    @Flag(help: "Print the linker's names of functions, not demangled ones.")
    var noDemangle = false

    /// Names as they are wanted, each worked out once.
    var readableNames: ReadableNames { ReadableNames(isDemangling: !noDemangle) }
}

/// Which functions a report has, and how they are named.
struct FunctionOptions: ParsableArguments {
    @OptionGroup var names: NameOptions

    @OptionGroup var inlined: InlinedFunctionOptions

    /// What is to be read of debug information.
    var parts: LineTableParts {
        names.noDemangle ? inlined.parts : inlined.parts.union(.readableNames)
    }
}

/// Which functions a report has.
struct InlinedFunctionOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Also report inlined functions.",
            discussion:
                "The count of an inlined function is that of the places where it was inlined."))
    var inlinedFunctions = false

    /// What is to be read of debug information; names are the linker's.
    var parts: LineTableParts {
        inlinedFunctions ? [.functions, .code, .inlinedCalls] : [.functions, .code]
    }
}
