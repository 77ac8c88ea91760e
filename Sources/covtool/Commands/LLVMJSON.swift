import ArgumentParser
import CovtoolKit
import DebugInfo
import Reports

struct LLVMJSON: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "llvm-json",
        abstract:
            "Write line and function coverage as 'llvm-cov export' does, for ClusterFuzz and others.",
        discussion: """
            A line with code is a region, since smaller parts are not known. Functions have the linker's \
            names, as in LLVM's own export.
            """)

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions

    @Flag(
        help: ArgumentHelp(
            "Also report inlined functions.",
            discussion:
                "The count of an inlined function is that of the places where it was inlined."))
    var inlinedFunctions = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        // LLVM too has names as the linker knows them.
        let parts: LineTableParts =
            inlinedFunctions ? [.functions, .code, .inlinedCalls] : [.functions, .code]
        try CoverageReader(input, elf, sources, parts)
            .write([ReportTarget(LLVMReport(), to: output.output)], of: input.names)
    }
}
