import ArgumentParser
import CovtoolKit
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
    @OptionGroup var branches: BranchOptions

    @OptionGroup var output: OutputOptions

    func run() throws {
        try CoverageReader(
            input, elf, sources, .coverage, branches: branches.choice()
        )
        .write([ReportTarget(LLVMReport(), to: output.output)], of: input.names)
    }
}
