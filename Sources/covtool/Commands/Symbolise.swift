import ArgumentParser
import Coverage
import DebugInfo
import Reports

struct Symbolise: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbolise",
        abstract: "Turn the blocks of traces, or addresses, into function, file and line.",
        discussion: """
            With traces: a line for each block, 'MODULE+OFFSET SIZE FUNCTION FILE:LINE'. With \
            addresses of the one file that --elf names, each beginning with 0x: a line for each, \
            'ADDRESS FUNCTION FILE:LINE'. Fields are separated by tabs; what is not known is '??'.
            """,
        aliases: ["symbolize"])

    @Argument(
        help: ArgumentHelp(
            "The drcov files (\(mergedName) when none is named), or addresses.",
            valueName: "traces-or-addresses"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList] = []

    @OptionGroup var merging: MergeOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var output: OutputOptions

    private var inputs: [String] { lists.flatMap(\.names) }
    private var isAddresses: Bool { inputs.first?.hasPrefix("0x") ?? false }

    func validate() throws {
        guard isAddresses else { return }
        guard elf.files.count == 1 else {
            throw ValidationError("addresses need one --elf that they belong to")
        }
        for input in inputs where Symbolise.address(input) == nil {
            throw ValidationError("'\(input)' is no address: 0x and up to 16 hexadecimal digits")
        }
    }

    func run() throws {
        if isAddresses {
            try writeAddresses(inputs.compactMap(Symbolise.address), of: elf.files[0])
        } else {
            try writeBlocks(of: merging.profile(of: inputs.isEmpty ? [mergedName] : inputs))
        }
    }

    private static func address(_ text: String) -> UInt64? {
        text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : nil
    }

    private func writeAddresses(_ addresses: [UInt64], of file: String) throws(Failure) {
        let locator: Locator
        do throws(DebugInfoError) {
            locator = Locator(try ElfFile(file, elf.folders).table)
        } catch {
            throw Failure(elf: file, error)
        }
        try output.write { output in
            for address in addresses {
                SymbolList.write(locator.location(of: address), address: address, to: &output)
            }
        }
    }

    private func writeBlocks(of profile: Profile) throws(Failure) {
        var known: [String: (locator: Locator, base: UInt64)] = [:]
        try elf.forEachModule(
            of: profile, isStrict: merging.strictness.strict, needsLines: false
        ) { module, image, table in
            known[module.path] = (Locator(table), image.base)
        }
        try output.write { output in
            for module in profile.modules where elf.files.isEmpty || known[module.path] != nil {
                SymbolList.write(
                    module, locator: known[module.path]?.locator,
                    base: known[module.path]?.base ?? 0, to: &output)
            }
        }
    }
}
