import Trace

/// How often runs came to a place in the code of one module, worked out from the few blocks that decide about it.
public struct PlaceCount: Sendable {
    private enum Rule: Sendable {
        /// As often as the addresses were executed, all together.
        case addresses([UInt64])
        /// As often as reports say of a line, in functions that are counted each for itself.
        case line([LinePlace], GroupPlaces)
    }

    private struct LinePlace: Sendable {
        var table: LineTable
        /// The numbers in the table of the files that have the line.
        var files: [Int32]
        var line: Int32
        var switches: [Int32: SwitchLabels]
        var rule: CountRule
    }

    private let rule: Rule
    /// The addresses of the ELF file whose blocks decide, ascending; no two overlap.
    public let addresses: [Range<UInt64>]

    private init(_ rule: Rule, _ addresses: AddressUnion) {
        self.rule = rule
        self.addresses = addresses.ranges
    }

    /// An instruction, or what else is at an address, which is below the highest.
    public init(address: UInt64) { self.init(addresses: [address]) }

    private init(addresses: [UInt64]) {
        self.init(
            .addresses(addresses),
            AddressUnion(addresses.compactMap { $0 < .max ? $0..<$0 + 1 : nil }))
    }

    /// Functions of a table: they were come to as often as they were entered, where their own code is and where they
    /// were inlined. Nil if none is wanted.
    ///
    /// - Parameter isWanted: by the name and the linkage name; an alias is both.
    public init?(
        functionsOf table: LineTable, _ isWanted: (_ name: String, _ linkageName: String) -> Bool
    ) {
        var entries: Set<UInt64> = []
        for function in table.functions
        where !function.isPart && function.isCalled(isWanted) { entries.insert(function.entry) }
        let inlined = table.inlinedFunctions.map { isWanted($0.name, $0.linkageName) }
        for call in table.inlinedCalls where inlined[Int(call.function)] {
            if let entry = call.entry { entries.insert(entry) }
        }
        guard !entries.isEmpty else { return nil }
        self.init(addresses: entries.sorted())
    }

    /// A line: it was executed as often as reports say (Docs/lines.md). Nil if they do not know it.
    ///
    /// - Parameters:
    ///   - files: the numbers in the table of the files that have the line.
    ///   - switches: the labels in sources that were read, by the file's number in the table.
    ///   - rule: what lines' counts are.
    public init?(
        line: Int32, of files: Set<Int32>, in table: LineTable,
        switches: [Int32: SwitchLabels] = [:], rule: CountRule = .gcov
    ) {
        let parts = table.parts(
            around: PlaceCount.addresses(ofLine: line, files, table, switches))
        var places: [LinePlace] = []
        var addresses: [AddressUnion] = []
        for part in parts {
            var ownSwitches: [Int32: SwitchLabels] = [:]
            for (file, labels) in switches {
                if let number = part.files[file] { ownSwitches[number] = labels }
            }
            let place = LinePlace(
                table: part.table, files: files.compactMap { part.files[$0] }, line: line,
                switches: ownSwitches, rule: rule)
            guard PlaceCount.count(of: place, AddressRanges(BlockSet(), base: 0)) != nil else {
                continue
            }
            places.append(place)
            addresses.append(part.addresses)
        }
        guard !places.isEmpty else { return nil }
        self.init(
            .line(places, GroupPlaces(addresses)), AddressUnion(addresses.flatMap(\.ranges)))
    }

    /// An address at least in each function that has to do with a line.
    private static func addresses(
        ofLine line: Int32, _ files: Set<Int32>, _ table: LineTable,
        _ switches: [Int32: SwitchLabels]
    ) -> [UInt64] {
        // A label of a `switch` was come to as often as the code behind it.
        var lines = [[ClosedRange<Int32>]?](repeating: nil, count: table.files.count)
        for file in files {
            lines[Int(file)] =
                [line...line]
                + (switches[file]?.labels ?? []).filter { $0.line == line }.map(\.code)
        }
        var addresses: [UInt64] = []
        for row in table.rows {
            guard let wanted = lines[Int(row.file)],
                wanted.contains(where: { $0.contains(row.line) })
            else { continue }
            addresses.append(row.address)
        }
        for function in table.functions where function.line == line {
            if let file = function.file, files.contains(file) { addresses.append(function.entry) }
        }
        for label in table.labels where label.line == line && files.contains(label.file) {
            addresses.append(label.address)
        }
        let inlined = table.inlinedFunctions.map { function in
            function.line == line && function.file.map(files.contains) == true
        }
        for call in table.inlinedCalls where inlined[Int(call.function)] {
            addresses += [call.entry, call.ranges.first?.lowerBound].compactMap(\.self)
        }
        return addresses
    }

    /// Whether a run without hit counts came there if it has any block that has one of the addresses.
    public var isAnyBlockEnough: Bool {
        if case .addresses = rule { true } else { false }
    }

    /// In how many pieces its code is that are counted each for itself.
    public var pieceCount: Int {
        switch rule {
        case .addresses: 1
        case .line(let places, _): places.count
        }
    }

    /// A run's blocks by the piece that they decide about: all of a piece that has any.
    ///
    /// - Parameter base: the address of the blocks' offset 0.
    public func pieces(of blocks: BlockSet, base: UInt64) -> [(number: Int, blocks: BlockSet)] {
        guard case .line(let places, let groups) = rule, places.count > 1 else {
            return blocks.isEmpty ? [] : [(0, blocks)]
        }
        var found: [Int: [BlockSet.Counted]] = [:]
        for (index, block) in blocks.elements.enumerated() {
            let start = base &+ block.offset
            guard block.size > 0, start <= .max - UInt64(block.size) else { continue }
            groups.forEachGroup(in: start..<start + UInt64(block.size)) { group in
                found[group, default: []].append(
                    BlockSet.Counted(
                        offset: block.offset, size: block.size,
                        count: blocks.counts.isEmpty ? 0 : blocks.counts[index]))
            }
        }
        return found.sorted { $0.key < $1.key }
            .map { ($0.key, BlockSet($0.value, countUnit: blocks.countUnit)) }
    }

    /// How often a run came to a piece, by its blocks that decide about it; 0 for never. Of a run without hit counts it
    /// is 1 or 0.
    ///
    /// - Parameter base: the address of the blocks' offset 0.
    public func count(ofPiece number: Int, _ blocks: BlockSet, base: UInt64) -> UInt64 {
        let covered = AddressRanges(blocks, base: base)
        switch rule {
        case .addresses(let addresses):
            let isAdded = covered.countUnit == .executions
            return addresses.reduce(0) { sum, address in
                let count = covered.count(at: address)
                return isAdded ? UInt64(clampedSum: sum, count) : max(sum, count)
            }
        case .line(let places, _): return PlaceCount.count(of: places[number], covered) ?? 0
        }
    }

    /// Nil if the line is not known.
    private static func count(of place: LinePlace, _ covered: AddressRanges) -> UInt64? {
        let lists = SourceCoverage(rule: place.rule)
            .tally(place.table, covered: covered, switches: place.switches).lines
        let isAdded = covered.countUnit == .executions
        var found: UInt64?
        for file in place.files {
            guard let count = lists[Int(file)].count(of: place.line) else { continue }
            found =
                isAdded ? UInt64(clampedSum: found ?? 0, count) : max(found ?? 0, count)
        }
        return found
    }
}
