import TraceEmbedded

/// Finds the module of a guest address, asking the system where it is not known yet.
struct ModuleFinder {
    private(set) var map: ModuleMap
    /// Whether the system is asked for what the map does not know.
    private let asksSystem: Bool
    /// What a host address is higher than the guest's, once it is known.
    private var guestBase: UInt64?
    /// What memory without a file is called as a module, nil where it is none.
    private let memoryName: [UInt8]?

    /// Why the system did not say what is mapped when it was asked; nil where it always has.
    private(set) var failure: HostError?

    /// Where the guest has mapped memory without a file, since it has mapped anything else; in order, without what touches.
    /// The system need not be asked about these, which takes the longer the more is mapped.
    private var mappedWithoutFile: [Range<UInt64>] = []
    private static let mostNoted = 4096

    /// Bytes that few files are longer than: those take a second look.
    private static let usualLength: UInt64 = 1 << 24

    /// For a guest that shares this process.
    init(_ selection: BlockSelection) {
        map = ModuleMap(selection)
        memoryName = selection.memoryName
        asksSystem = true
    }

    /// For a guest of which nothing is known but `map`.
    init(_ map: ModuleMap) {
        self.map = map
        memoryName = nil
        asksSystem = false
    }

    /// Takes the main program as module 0.
    mutating func start(with program: LoadedFile) { map.add(program) }

    /// Tells that a file of a system emulation is executed so many bytes above where it was put first.
    mutating func place(_ file: Int, movedBy distance: UInt64) {
        map.place(file, movedBy: distance)
    }

    /// Looks where the files that are known still lie, after the guest has changed mappings of theirs.
    mutating func checkFiles() {
        // Calls may have been missed.
        mappedWithoutFile = []
        guard let guestBase else { return }
        var current: ProcessMap?
        ask { (finder) throws(HostError) in
            current = try ProcessMap.current(upTo: finder.map.filesEnd &+ guestBase)
        }
        guard let rows = current else { return }
        map.keepFiles { range, file in
            guard rows.isSameBuild(file, base: range.base &+ guestBase) else { return [] }
            return rows.places(
                of: file, base: range.base &+ guestBase, from: range.start &+ guestBase,
                to: range.end &+ guestBase
            ).map { ($0.start &- guestBase, $0.end &- guestBase) }
        }
    }

    /// Tells that the guest may have mapped files since (see ``MappingWatch``).
    mutating func suspectAnonymous() { map.suspectAnonymous() }

    /// The stretch that the address lies in, nil where the system should be asked
    /// (``range(containing:hostAddress:)``).
    @_optimize(speed)
    mutating func knownRange(containing address: UInt64) -> LoadedRange? {
        guard let range = map.range(containing: address), !map.isSuspect(range) else { return nil }
        return range
    }

    /// The stretch with the file that the address lies in; nil in memory without a file.
    ///
    /// `hostAddress` is where that guest byte stands in this process.
    mutating func range(containing address: UInt64, hostAddress: UInt64?) -> LoadedRange? {
        if let range = map.range(containing: address) {
            guard map.isSuspect(range), let hostAddress, !HostMemory.isAnonymous(at: hostAddress)
            else {
                return range
            }
            map.forget(address)
        }
        if memoryName == nil, let hostAddress,
            let range = mappedRange(containing: address),
            HostMemory.isAnonymous(at: hostAddress)
        {
            map.addAnonymous(
                around: address, start: range.lowerBound, end: range.upperBound, name: nil)
        } else if asksSystem, let hostAddress {
            ask { (finder) throws(HostError) in try finder.discover(address, at: hostAddress) }
        }
        return map.range(containing: address)
    }

    /// Tells that the guest has mapped something.
    ///
    /// - Parameter length: of memory without a file, in bytes; 0 where it is not known what it is.
    mutating func noteMapping(at address: UInt64, anonymousLength length: UInt64) {
        let (end, overflow) = address.addingReportingOverflow(length)
        if length == 0 || overflow || mappedWithoutFile.count == ModuleFinder.mostNoted {
            mappedWithoutFile = []
        }
        guard length > 0, !overflow else { return }
        let first = mappedWithoutFile.partitioningIndex { $0.upperBound >= address }
        let behind = mappedWithoutFile.partitioningIndex { $0.lowerBound > end }
        let touched = mappedWithoutFile[first..<behind]
        let start = min(address, touched.first?.lowerBound ?? address)
        let last = max(end, touched.last?.upperBound ?? end)
        mappedWithoutFile.replaceSubrange(first..<behind, with: CollectionOfOne(start..<last))
    }

    private func mappedRange(containing address: UInt64) -> Range<UInt64>? {
        let index = mappedWithoutFile.partitioningIndex { $0.upperBound > address }
        guard index < mappedWithoutFile.count, mappedWithoutFile[index].contains(address) else {
            return nil
        }
        return mappedWithoutFile[index]
    }

    /// Asks the system, and notes why it does not answer.
    private mutating func ask(_ question: (inout ModuleFinder) throws(HostError) -> Void) {
        do throws(HostError) {
            try HostFile.apart { () throws(HostError) in try question(&self) }
        } catch {
            failure = error
        }
    }

    private mutating func discover(
        _ address: UInt64, at hostAddress: UInt64
    ) throws(HostError) {
        let guestBase = hostAddress &- address
        self.guestBase = guestBase
        var rows = try ProcessMap.current(upTo: hostAddress &+ ModuleFinder.usualLength)
        guard let index = rows.index(containing: hostAddress) else { return }
        let row = rows[index]
        guard row.isFile else {
            try addMemory(around: address, at: hostAddress, rows, row, guestBase: guestBase)
            return
        }
        var (file, start, end) = rows.file(at: index, address: hostAddress)
        file.isDeleted = row.isDeleted
        file.stamp = row.isDeleted ? nil : FileStamp(of: HostPath(row.path))
        if !rows.reach(end) { rows = try ProcessMap.current(upTo: end) }
        map.add(
            file.moved(downBy: guestBase),
            at: rows.places(of: file, base: file.base, from: start, to: end).map {
                ($0.start &- guestBase, $0.end &- guestBase)
            })
    }

    private mutating func addMemory(
        around address: UInt64, at hostAddress: UInt64, _ rows: ProcessMap, _ row: ProcessMapRow,
        guestBase: UInt64
    ) throws(HostError) {
        if let image = VDSO.find(at: hostAddress, in: row) {
            map.add(image.moved(downBy: guestBase))
            return
        }
        var (start, end) = (row.start, row.end)
        if memoryName != nil {
            var stretch = rows.stretch(around: hostAddress)
            if stretch == nil {
                stretch = try ProcessMap.current(upTo: .max).stretch(around: hostAddress)
            }
            (start, end) = stretch ?? (start, end)
        }
        map.addAnonymous(
            around: address, start: start &- guestBase, end: end &- guestBase, name: memoryName)
    }
}
