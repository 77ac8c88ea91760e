import MachineCode
public import Trace

extension Recording {
    /// The recording with its places as blocks of modules, as far as files say which these are. Where none does, a
    /// block stays what it was.
    ///
    /// - Parameters:
    ///   - loaded: where files lay in memory; of two at one address, the first.
    ///   - named: the file of a module, by its name.
    public func placed(in loaded: [PlacedFile], named: (_ name: [UInt8]) -> CodeFile?)
        -> PlacedRecording
    {
        guard let places else { return PlacedRecording(self) }
        var builder = PlacedBlocks(places)
        var start = 0
        while start < places.list.count {
            let module = places.list[start].module
            let end = places.list[start...].partitioningIndex { $0.module != module }
            let group = places.list[start..<end]
            if module == Block.noModule {
                builder.add(loose: group, loaded)
            } else if Int(module) < modules.count {
                let name = modules[Int(module)].path
                builder.add(group, ofModule: name, named(name))
            }
            start = end
        }
        var placed = self
        placed.modules = builder.modules
        placed.blocks = .list(builder.blocks)
        placed.counts = places.hasCounts ? .list(builder.counts) : nil
        if places.hasWays, !builder.paths.isEmpty { placed.edges = .list(builder.edges) }
        placed.places = nil
        placed.lacks = []
        return PlacedRecording(placed, paths: builder.paths, openCount: builder.openCount)
    }
}

/// A recording whose places are blocks.
public struct PlacedRecording: Sendable {
    /// The recording.
    public var recording: Recording
    /// The paths of files in which it has blocks that the format itself did not put there.
    public var paths: Set<String>
    /// Places of which no file says how long their blocks are: one byte of each is taken.
    public var openCount: Int

    /// Makes it of its parts; of a recording that has blocks already, of that alone.
    public init(_ recording: Recording, paths: Set<String> = [], openCount: Int = 0) {
        self.recording = recording
        self.paths = paths
        self.openCount = openCount
    }
}

/// Blocks made of places, module by module.
private struct PlacedBlocks {
    private let places: ExecutedPlaces
    private(set) var modules: [Module] = []
    private(set) var blocks: [Block] = []
    private(set) var counts: [UInt32] = []
    private(set) var paths: Set<String> = []
    private(set) var openCount = 0
    private(set) var edges: [Block] = []

    init(_ places: ExecutedPlaces) { self.places = places }

    /// Adds places of no module.
    mutating func add(loose group: ArraySlice<ExecutedPlace>, _ loaded: [PlacedFile]) {
        var rest = Array(group)
        for loaded in loaded {
            let (base, size) = (loaded.base, loaded.file.size)
            let first = rest.partitioningIndex { $0.address >= base }
            let end = rest[first...].partitioningIndex { $0.address - base >= size }
            guard first < end else { continue }
            let own = rest[first..<end].map { place in
                var place = place
                place.address -= base
                return place
            }
            rest.removeSubrange(first..<end)
            add(own, of: loaded.file, at: base)
        }
        for place in rest { append(place, Block.noModule) }
    }

    /// Adds places of a module with a name.
    mutating func add(
        _ group: ArraySlice<ExecutedPlace>, ofModule name: [UInt8], _ file: CodeFile?
    ) {
        guard let file else {
            let id = UInt16(modules.count)
            modules.append(Module(id: Int(id), start: 0, end: 0, path: name))
            for place in group { append(place, id) }
            return
        }
        var own: [ExecutedPlace] = []
        for place in group {
            var moved = place
            if places.origin == .ownAddresses { moved.address &-= file.ownBase }
            // What is no place of the file is in no module.
            if moved.address >> 32 == 0 { own.append(moved) } else { append(place, Block.noModule) }
        }
        add(own, of: file, at: file.ownBase)
    }

    /// - Parameter group: by offset from the file's first byte.
    private mutating func add(_ group: [ExecutedPlace], of file: CodeFile, at base: UInt64) {
        let id = UInt16(modules.count)
        modules.append(
            Module(
                id: Int(id), start: base, end: base &+ file.size,
                entry: file.entry.map { base &+ $0 } ?? 0, path: Array(file.path.utf8)))
        paths.insert(file.path)
        if let code = file.code, places.hasWays { addEdges(group, of: file, code, id) }
        let starts = group.filter { $0.size == 0 }.map { file.ownBase &+ $0.address }
        guard let code = file.code, !starts.isEmpty else {
            for place in group { append(place, id) }
            return
        }
        let calls = places.ending == .branch ? nil : code.compilersCalls(starts)
        if let calls, starts.count == group.count {
            addBlocks(calls, at: group, of: file, code, id)
        } else {
            let passesCalls = calls != nil || places.ending == .jump
            for (place, size) in zip(group, sizes(of: group, file, code, passesCalls: passesCalls))
            {
                append(place, id, size: size)
            }
        }
    }

    /// Adds the blocks in which a compiler's calls were made, and those that were executed with them.
    private mutating func addBlocks(
        _ calls: CompilersCalls, at group: [ExecutedPlace], of file: CodeFile, _ code: Code,
        _ id: UInt16
    ) {
        var rest: [ExecutedPlace] = []
        var next = 0
        var returning = ReturningCalls(file, code)
        for range in file.functions {
            while next < group.count, file.ownBase &+ group[next].address < range.lowerBound {
                rest.append(group[next])
                next += 1
            }
            let first = next
            while next < group.count, file.ownBase &+ group[next].address < range.upperBound {
                next += 1
            }
            guard first < next else { continue }
            let own = group[first..<next]
            // An address behind a call can be another block's.
            let places = own.map { file.ownBase &+ $0.address &- (calls.areBehind ? 1 : 0) }
            let flow = FunctionFlow(range, code, callsTo: calls.target, &returning)
            for block in flow.executed(calls: places) {
                let counts = zip(own, places).filter { block.contains($1) }.map(\.0.count)
                let place = ExecutedPlace(
                    address: block.lowerBound &- file.ownBase,
                    size: UInt32(clamping: block.upperBound - block.lowerBound),
                    count: counts.max() ?? 1)
                append(place, id)
            }
        }
        rest += group[next...]
        for (place, size) in zip(rest, sizes(of: rest, file, code, passesCalls: true)) {
            append(place, id, size: size)
        }
    }

    /// How many bytes were executed from each place on; 0 where the file does not say it either.
    private func sizes(
        of group: [ExecutedPlace], _ file: CodeFile, _ code: Code, passesCalls: Bool
    ) -> [UInt32] {
        var sizes = group.map(\.size)
        var starts: [UInt64] = []
        for place in group where starts.last != file.ownBase &+ place.address {
            starts.append(file.ownBase &+ place.address)
        }
        var reaches: [UInt64]?
        // A compiler's calls are none within one another's blocks.
        if places.hasOrder, !passesCalls {
            var nearest = [UInt64](repeating: .max, count: starts.count)
            for place in group where place.reach < .max {
                let start = file.ownBase &+ place.address
                let number = starts.partitioningIndex { $0 >= start }
                let (near, overflow) = start.addingReportingOverflow(UInt64(place.reach))
                if !overflow { nearest[number] = near }
            }
            reaches = nearest
        }
        let ends = code.blockEnds(from: starts, passesCalls: passesCalls, reaches: reaches)
        for (index, place) in group.enumerated() where place.size == 0 {
            let start = file.ownBase &+ place.address
            let number = starts.partitioningIndex { $0 >= start }
            if let end = ends[number] { sizes[index] = UInt32(clamping: end - start) }
        }
        return sizes
    }

    /// Adds the ways of the conditional jumps at the places' ends.
    private mutating func addEdges(
        _ group: [ExecutedPlace], of file: CodeFile, _ code: Code, _ id: UInt16
    ) {
        for place in group where !place.ways.isEmpty && place.size > 0 {
            let start = file.ownBase &+ place.address
            let (end, overflow) = start.addingReportingOverflow(UInt64(place.size))
            guard !overflow else { continue }
            var last: DecodedInstruction?
            code.forEachInstruction(in: start..<end) { last = $0 }
            guard let last, last.end == end, last.branch?.kind == .jump,
                last.branch?.isConditional == true
            else { continue }
            for (way, option) in [
                (JumpEdge.Way.jump, ExecutedPlace.Ways.jump), (.fallThrough, .fallThrough),
            ] where place.ways.contains(option) {
                let edge = JumpEdge(
                    start: UInt32(truncatingIfNeeded: last.address &- file.ownBase),
                    size: UInt16(last.length), module: id, way: way)
                edges.append(edge.entry)
            }
        }
    }

    private mutating func append(_ place: ExecutedPlace, _ module: UInt16, size: UInt32? = nil) {
        let size = size ?? place.size
        if size == 0 { openCount += 1 }
        place.forEachPiece(of: max(1, size)) { address, size in
            blocks.append(
                Block(
                    start: UInt32(truncatingIfNeeded: address), size: size, module: module))
            if places.hasCounts { counts.append(place.count) }
        }
    }
}
