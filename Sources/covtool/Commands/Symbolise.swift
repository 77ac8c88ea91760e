import ArgumentParser
import CovtoolKit
import DebugInfo

struct Symbolise: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbolise",
        abstract: "Turn the blocks of traces, or addresses, into function, file and line.",
        discussion: """
            For traces, each block gives a line 'MODULE+OFFSET SIZE FUNCTION FILE:LINE'. Addresses \
            begin with 0x and belong to the one file that --elf names; each gives a line 'ADDRESS \
            FUNCTION FILE:LINE'. Fields are separated by tabs; '??' means not known.

            If code was inlined, the innermost function comes first, with its line. The functions that \
            it was inlined into follow, each with the line of the call; the fields before are empty.
            """,
        aliases: ["symbolize"])

    @Argument(
        help: ArgumentHelp(
            "The traces (\(mergedName) if none is named), or addresses. '-' is standard input, with either.",
            valueName: "traces-or-addresses"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList] = []

    @OptionGroup var merging: MergeOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var names: NameOptions

    @Flag(help: "Print only the innermost function, not those that it was inlined into.")
    var noInlines = false

    @Flag(help: "Write JSON, described by Docs/symbols.schema.json.")
    var json = false

    @OptionGroup(title: "as addr2line") var addr2line: Addr2lineOptions
    @OptionGroup var output: OutputOptions

    private var inputs: [String] { lists.flatMap(\.names) }

    func validate() throws {
        try addr2line.validateUse()
        if addr2line.isOn, json {
            throw ValidationError("--json and --addr2line cannot be combined")
        }
        guard addr2line.isOn || inputs.first.map({ AddressText.address($0) != nil }) == true else {
            if let address = inputs.first(where: { $0.hasPrefix("0x") }) {
                throw ValidationError(
                    inputs.first == address
                        ? "'\(address)' is not an address: use 0x and up to 16 hexadecimal digits"
                        : "'\(address)' is an address and '\(inputs[0])' is not: name addresses or traces, not both"
                )
            }
            return
        }
        guard elf.files.count == 1 else {
            throw ValidationError("addresses need exactly one --elf FILE, which they belong to")
        }
        for input in inputs where input != "-" && address(input) == nil {
            throw ValidationError(
                "'\(input)' is not an address: use 0x and up to 16 hexadecimal digits")
        }
        if inputs.contains("-"), inputs.count > 1 {
            throw ValidationError("addresses come from standard input or from arguments")
        }
    }

    func run() throws {
        let file = output.output
        if try !isAddresses() {
            let traces = try TraceInputs(inputs.isEmpty ? [mergedName] : inputs)
                .found(merging.warnings)
            var reading = merging.merging
            reading.resolver = PlaceResolver(elf.elf)
            let sum = try reading.sum(of: traces)
            let profile = try elf.elf.placing(sum.profile(), sum.facts)
            try symboliser(names.readableNames, isInnermostAlone: noInlines)
                .writeBlocks(of: profile, isJSON: json, warnings: merging.warnings, to: file)
            return
        }
        let isStandardInput = inputs.isEmpty || inputs == ["-"]
        let addresses: Symboliser.Addresses =
            isStandardInput
            ? .standardInput(isBare: addr2line.isOn) : .list(inputs.compactMap(address))
        let symboliser = symboliser(
            addr2line.isOn ? addr2line.names : names.readableNames,
            isInnermostAlone: addr2line.isOn ? !addr2line.inlines : noInlines)
        try symboliser.write(
            addresses, of: elf.files[0].path,
            as: addr2line.isOn ? .addr2line(addr2line.lines) : json ? .json : .text, to: file)
    }

    private func symboliser(_ names: ReadableNames, isInnermostAlone: Bool) -> Symboliser {
        Symboliser(elf.elf, parts, names: names, isInnermostAlone: isInnermostAlone)
    }

    private func isAddresses() throws(Failure) -> Bool {
        if addr2line.isOn { return true }
        guard inputs == ["-"] else {
            return inputs.first.map { AddressText.address($0) != nil } ?? false
        }
        guard elf.files.count == 1 else { return false }
        return AddressText.isList(try StandardInput.peek())
    }

    private func address(_ text: String) -> UInt64? {
        AddressText.address(text, isBare: addr2line.isOn)
    }

    /// What of the debug information is to be read.
    private var parts: LineTableParts {
        if addr2line.isOn, !addr2line.functions, !addr2line.inlines { return [] }
        // Without the others, the innermost function still is one that was inlined.
        return [.functions, .inlinedCalls, .verbatim]
    }
}
