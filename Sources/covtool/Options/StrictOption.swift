import ArgumentParser
import CovtoolKit

/// How a command takes traces that are damaged, and ELF files that are not those that ran.
struct StrictOption: ParsableArguments {
    @Flag(
        help: """
            Refuse a damaged trace, and an ELF or debug file of another build; without this option, \
            they are used as far as possible, with a warning.
            """)
    var strict = false

    /// What becomes of warnings.
    var warnings: Warnings { Diagnostics.warnings(isStrict: strict) }
}
