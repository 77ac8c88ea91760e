import ArgumentParser
import Coverage
import CovtoolKit
import DebugInfo
import Reports

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
        if addr2line.isOn, json { throw ValidationError("--json is not addr2line's form") }
        guard addr2line.isOn || inputs.first.map({ AddressText.address($0) != nil }) == true else {
            if let address = inputs.first(where: { $0.hasPrefix("0x") }) {
                throw ValidationError(
                    inputs.first == address
                        ? "'\(address)' is no address: 0x and up to 16 hexadecimal digits"
                        : "'\(address)' is an address, '\(inputs[0])' is none: one or the other")
            }
            return
        }
        guard elf.files.count == 1 else {
            throw ValidationError("addresses need one --elf that they belong to")
        }
        for input in inputs where input != "-" && address(input) == nil {
            throw ValidationError("'\(input)' is no address: 0x and up to 16 hexadecimal digits")
        }
        if inputs.contains("-"), inputs.count > 1 {
            throw ValidationError("addresses come from standard input or from arguments")
        }
    }

    func run() throws {
        if try isAddresses() {
            try writeAddresses(of: elf.files[0].path)
        } else {
            try writeBlocks(
                of: elf.elf.placing(
                    merging.merging.sum(
                        of: TraceInputs(inputs.isEmpty ? [mergedName] : inputs).found()
                    ).profile()))
        }
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
        return [.functions, .inlinedCalls]
    }

    private func writeAddresses(of file: String) throws(Failure) {
        let locator: Locator
        var lines = addr2line.lines
        do throws(DebugInfoError) {
            let file = try ElfFile(file, elf.elf.folders, parts)
            lines.digits = file.addressDigits
            locator = Locator(file.table)
        } catch {
            throw Failure(elf: file, error)
        }
        var frames = FrameNames(
            locator, names: addr2line.isOn ? addr2line.names : names.readableNames,
            isInnermostAlone: addr2line.isOn ? !addr2line.inlines : noInlines)
        var output = try OutputFile(output.output)
        var document = json ? SymbolJSON(.addresses) : nil
        func write(_ address: UInt64) {
            let found = frames[address]
            if addr2line.isOn {
                lines.write(found, address: address, to: &output)
            } else if document != nil {
                document?.write(found, address: address, to: &output)
            } else {
                SymbolText.write(found, address: address, to: &output)
            }
        }
        if inputs.isEmpty || inputs == ["-"] {
            try AddressText.forEachOfStandardInput(isBare: addr2line.isOn, write) {
                if addr2line.isOn { output.flush() }
            }
        } else {
            inputs.compactMap(address).forEach(write)
        }
        document?.end(to: &output)
        try output.finish()
    }

    private func writeBlocks(of profile: Profile) throws(Failure) {
        var known: [ModulePlace: (frames: FrameNames, base: UInt64)] = [:]
        try elf.elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: parts, warnings: merging.warnings, isOptional: true,
            needsLines: false
        ) { module, image, table in
            let frames = FrameNames(
                Locator(table), names: names.readableNames, isInnermostAlone: noInlines)
            known[ModulePlace(module)] = (frames, image.base)
        }
        let nothing = [Locator.Frame(function: nil, file: nil, line: 0)]
        try output.write { output in
            var document = json ? SymbolJSON(.modules) : nil
            for module in profile.modules {
                var found = known[ModulePlace(module)]
                guard elf.files.isEmpty || found != nil else { continue }
                document?.begin(module)
                let name = SourcePath.baseName(module.path)
                for block in module.blocks.elements {
                    let base = found?.base ?? 0
                    let frames = found?.frames[base &+ block.offset] ?? nothing
                    if document != nil {
                        document?.write(frames, block: block, to: &output)
                    } else {
                        SymbolText.write(frames, block: block, module: name, to: &output)
                    }
                }
                document?.endModule()
            }
            document?.end(to: &output)
        }
    }
}

/// Tells modules apart where two have one path.
private struct ModulePlace: Hashable {
    var path: String
    var size, base: UInt64
    var rank: Int

    init(_ module: ModuleCoverage) {
        (path, size, base, rank) = (module.path, module.size, module.base, module.rank)
    }
}

/// The frames of addresses, with names as they are wanted.
private struct FrameNames {
    private let locator: Locator
    private var names: ReadableNames
    private let isInnermostAlone: Bool

    init(_ locator: Locator, names: ReadableNames, isInnermostAlone: Bool) {
        self.locator = locator
        self.names = names
        self.isInnermostAlone = isInnermostAlone
    }

    subscript(_ address: UInt64) -> [Locator.Frame] {
        mutating get {
            var frames = locator.frames(of: address)
            if isInnermostAlone, frames.count > 1 { frames.removeSubrange(1...) }
            for index in frames.indices {
                if let name = frames[index].function { frames[index].function = names[name] }
            }
            return frames
        }
    }
}
