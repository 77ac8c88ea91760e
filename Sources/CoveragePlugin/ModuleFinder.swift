/// Finds the module of a guest address, asking the system where it is not known yet.
struct ModuleFinder {
    private(set) var map = ModuleMap()
    /// Whether the system is asked for what the map does not know.
    private let asksSystem: Bool
    /// What a host address is higher than the guest's, once it is known.
    private var guestBase: UInt64?

    /// For a guest that shares this process.
    init() { asksSystem = true }

    /// For a guest of which nothing is known but `map`.
    init(_ map: ModuleMap) {
        self.map = map
        asksSystem = false
    }

    /// Takes the main program as module 0.
    mutating func start(with program: LoadedFile) { map.add(program) }

    /// Looks whether the files that are known still lie where they did, after the guest has changed
    /// mappings of theirs.
    mutating func checkFiles() {
        guard let guestBase else { return }
        let rows = MemoryRows.current(upTo: map.filesEnd &+ guestBase)
        map.keepFiles { range, file in
            rows.holds(file, from: range.start &+ guestBase, to: range.end &+ guestBase)
        }
    }

    /// Tells that the guest may have mapped files since (see ``MappingWatch``).
    mutating func suspectAnonymous() { map.suspectAnonymous() }

    /// The stretch with the file that the address lies in; nil in memory without a file.
    ///
    /// `hostAddress` is where that guest byte stands in this process.
    mutating func range(containing address: UInt64, hostAddress: UInt64?) -> LoadedRange? {
        if let range = map.range(containing: address) {
            guard range.isSuspect, let hostAddress, !HostPage.isAnonymous(at: hostAddress) else {
                return range
            }
            map.forget(address)
        }
        if asksSystem, let hostAddress { discover(address, at: hostAddress) }
        return map.range(containing: address)
    }

    private mutating func discover(_ address: UInt64, at hostAddress: UInt64) {
        let guestBase = hostAddress &- address
        self.guestBase = guestBase
        let rows = MemoryRows.current(upTo: hostAddress)
        guard let index = rows.index(containing: hostAddress) else { return }
        let row = rows[index]
        guard row.isFile else {
            map.addAnonymous(
                around: address, start: row.start &- guestBase, end: row.end &- guestBase)
            return
        }
        let file = rows.file(at: index, address: hostAddress, read: GuestMemory.read)
        map.add(file.moved(downBy: guestBase))
    }
}
