import Coverage
import MachineCode
public import Reports

/// The code of functions and modules, with what traces have executed of it.
public struct Disassembly {
    /// How it is written.
    public enum Form: Sendable {
        /// For people.
        case text(DisassemblyText)
        /// As a document.
        case json
    }

    private let reader: CoverageReader
    private let texts: InstructionTexts
    private let hasSources: Bool

    /// - Parameters:
    ///   - reader: which modules and sources are looked at, and where their files are. It reads functions' names as they
    ///     are wanted, tables that jumps go through, and all functions.
    ///   - syntax: how instructions of an x86 are written.
    ///   - hasSources: whether the lines of sources are wanted.
    /// - Throws: ``Failure`` where Capstone is not there.
    public init(
        _ reader: CoverageReader, _ syntax: AssemblySyntax, hasSources: Bool
    ) throws(Failure) {
        self.reader = reader
        self.hasSources = hasSources
        texts = try InstructionTexts(syntax)
    }

    /// Writes the code that is named.
    ///
    /// - Parameters:
    ///   - names: of traces, as ``TraceInputs`` takes them.
    ///   - path: of the output; nil and `-` are standard output.
    /// - Throws: ``Failure``, also if there is no such code.
    public func write(
        _ place: CodePlace, of names: [String], as form: Form, to path: String?
    ) throws(Failure) {
        let sum = try reader.merging.sum(
            of: TraceInputs(names).found(reader.merging.warnings), counting: .hits)
        let whole = try reader.elf.placing(sum.uncheckedProfile(), sum.facts)
        sum.facts.tellOpenBlocks(reader.merging.warnings)
        let parts = try reader.findCode(place, in: whole, sum)
        for part in parts { try check(part) }
        for part in parts where part.table.unmarkedCode != nil {
            reader.merging.warnings.say(
                """
                \(part.module.path): no symbols say which code is ARM's and which Thumb's: where it was never \
                executed, that is guessed
                """)
        }
        let modules = parts.map(\.module)
        var sources =
            hasSources
            ? try ListedSources(
                reader.sources, builtFrom: reader.elf.built(modules), reader.merging.warnings) : nil
        var isAny = false
        func checkThatThereIsAny() throws(Failure) {
            guard !isAny else { return }
            throw Failure(
                .badData, "nothing is left to show: the code is of sources that are left out")
        }
        switch form {
        case .text(var text):
            var output = try OutputFile(path, isStyled: true)
            for part in parts {
                forEachStretch(of: part, whole.edges, &sources) { code, module in
                    isAny = true
                    text.write(code, of: module, to: &output)
                }
            }
            try checkThatThereIsAny()
            try output.finish()
        case .json:
            var output = try OutputFile(path)
            var json = DisassemblyJSON(
                library: texts.library,
                hasCounts: modules.contains { $0.blocks.countUnit == .executions })
            for part in parts {
                json.begin(part.shown)
                forEachStretch(of: part, whole.edges, &sources) { code, _ in
                    isAny = true
                    json.write(code, to: &output)
                }
            }
            try checkThatThereIsAny()
            json.end(to: &output)
            try output.finish()
        }
        sources?.sayWhatIsMissing()
    }

    /// Makes sure that there is code, which Capstone knows.
    private func check(_ part: FoundCode) throws(Failure) {
        let path = part.module.path
        guard let code = part.table.code else {
            throw Failure(.badData, "\(path): no instructions of its processor can be read")
        }
        for set in code.sets { try texts.check(set) }
        let wanted: Range<UInt64>
        switch part.choice {
        case .everything, .functions: return
        case .around(let address): wanted = address..<address &+ 1
        case .range(let range): wanted = range
        }
        guard code.addresses.contains(where: { $0.overlaps(wanted) }) else {
            throw Failure(
                .badData, "\(path)+\(hex(wanted.lowerBound &- part.base)): there is no code")
        }
    }

    private func forEachStretch(
        of part: FoundCode, _ edges: EdgeKnowledge, _ sources: inout ListedSources?,
        _ body: (DisassembledCode, DisassembledModule) -> Void
    ) {
        let module = part.module
        let listing = CodeListing(
            part.table, covered: AddressRanges(module.blocks, base: part.base),
            blocks: module.blocks, base: part.base,
            recorded: RecordedWays(module.jumps, base: part.base, edges), reader.sources.selection)
        let hasWords = part.table.code?.sets.contains(where: \.hasWords) ?? false
        func hand(_ stretch: CodeListing.Stretch) {
            body(disassembled(stretch, listing, hasWords, &sources), part.shown)
        }
        switch part.choice {
        case .everything: listing.forEachStretch(hand)
        case .functions(let entries):
            listing.forEachFunction(where: { entries.contains($0.entry) }, hand)
        case .around(let address): if let found = listing.stretch(around: address) { hand(found) }
        case .range(let range): listing.forEachStretch(in: range, hand)
        }
    }

    private func disassembled(
        _ stretch: CodeListing.Stretch, _ listing: CodeListing, _ hasWords: Bool,
        _ sources: inout ListedSources?
    ) -> DisassembledCode {
        let function = stretch.function
        var lines: [DisassembledCode.Line] = []
        lines.reserveCapacity(stretch.pieces.count)
        var last: CodeListing.SourceLine?
        for piece in stretch.pieces {
            let (mnemonic, operands) = texts.text(of: piece.code, hasWords: hasWords)
            var line = DisassembledCode.Line(
                address: piece.code.address, size: piece.code.size, bytes: piece.code.bytes,
                isData: piece.code.set == nil, mnemonic: mnemonic, operands: operands,
                hits: piece.hits)
            if let target = piece.code.branch?.target {
                line.target = target
                line.targetName = listing.place(of: target)?.text
            }
            line.jump = piece.jump
            if sources != nil, let source = piece.line {
                line.source = source
                if source != last { line.sourceText = sources?.text(of: source) }
                last = source
            }
            lines.append(line)
        }
        return DisassembledCode(
            name: function?.name, linkageName: function?.linkageName, isWhole: stretch.isWhole,
            source: function.flatMap(listing.source),
            address: stretch.isWhole
                ? function?.entry ?? 0 : stretch.pieces.first?.code.address ?? 0, lines: lines)
    }
}

extension FoundCode {
    fileprivate var shown: DisassembledModule {
        let is64Bit = table.code?.sets.contains(where: \.is64Bit) ?? true
        return DisassembledModule(path: module.path, addressDigits: is64Bit ? 16 : 8)
    }
}

extension CodeListing.Place {
    /// `memcpy@plt`, `parse+0x37`.
    fileprivate var text: String {
        guard offset != 0 else { return name }
        return name + (offset < 0 ? "-0x" : "+0x") + String(offset.magnitude, radix: 16)
    }
}
