import ArgumentParser

/// The root command.
struct Covtool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "covtool",
        abstract: "Coverage of programs that were never instrumented, recorded by QEMU.",
        discussion: """
            Record:  qemu-x86_64 -plugin libcov.so,out=run.drcov ./a.out
            Merge:   covtool merge *.drcov
            Report:  covtool lcov --elf a.out > cov.info

            Results go to standard output or to the file that -o names, messages to standard error. \
            Exit status: 0 done, 1 'validate' says no, a loss is found or a gate fails, 64 wrong \
            usage, 65 bad data, 66 missing input, 74 reading or writing failed.
            """,
        version: Version.line,
        subcommands: [
            Run.self, Merge.self, Intersect.self, Subtract.self, Diff.self, Minimise.self,
            Which.self, Index.self, Export.self, Suspects.self, LCOV.self,
            JSON.self, HTML.self,
        ] + serviceReports.map { $0.command } + [
            Markdown.self,
            Report.self, Patch.self, Differential.self, Show.self, Disassemble.self, Symbolise.self,
            Info.self, Validate.self, Repair.self, DRCovCommand.self,
            Recover.self, Config.self, Install.self, Uninstall.self, PluginPath.self,
            Doctor.self,
        ])
}
