/// By guest address, which conditional jumps can lead there, and which of them a block that begins there does not
/// look for.
///
/// Open addressing with linear probing, at most half full.
struct JumpPlaces: ~Copyable {
    /// What is known of an address; all zeros for none.
    struct Place: BitwiseCopyable {
        var address: UInt64 = 0
        /// The first of the ways that lead there (``Way/link``), 0 for none.
        var ways: UInt32 = 0
        /// The generation of translated code in which a block there does not look for all jumps, 0 for none.
        var generation: UInt32 = 0
        /// The index from which on it does not.
        var newIndex: UInt32 = 0

        var isFree: Bool { ways == 0 && generation == 0 }
    }

    /// A jump, by its record's index, and one of its two ways.
    struct Way {
        let index: Int
        let isJump: Bool

        init(index: Int, isJump: Bool) { (self.index, self.isJump) = (index, isJump) }

        fileprivate init(link: UInt32) {
            self.init(index: Int(link - 1) / 2, isJump: link & 1 == 0)
        }

        fileprivate var link: UInt32 { UInt32(truncatingIfNeeded: index * 2 + (isJump ? 2 : 1)) }
    }

    private var places: MappedArray<Place>
    private var count = 0
    /// By a way's link, the next one that leads to the same place.
    private let next: MappedArray<UInt32>

    /// Nil where the system has no room.
    ///
    /// - Parameter mostRecords: all indices are below it.
    init?(mostRecords: Int) {
        guard let places = MappedArray<Place>(count: 1 << 10),
            let next = MappedArray<UInt32>(count: mostRecords * 2 + 1)
        else { return nil }
        self.places = places
        self.next = next
    }

    /// Notes that a way leads to an address. It must not lead anywhere yet.
    mutating func add(_ way: Way, to address: UInt64) {
        guard let slot = slot(for: address) else { return }
        next[Int(way.link)] = places[slot].ways
        places[slot].ways = way.link
    }

    /// Calls `body` with the ways that lead to an address.
    func forEachWay(to address: UInt64, _ body: (Way) -> Void) {
        var link = places[JumpPlaces.slot(of: address, in: places)].ways
        while link != 0 {
            body(Way(link: link))
            link = next[Int(link)]
        }
    }

    /// Notes that a block that begins at the address does not look for jumps from an index on.
    mutating func leaveOut(from index: Int, at address: UInt64, in generation: UInt32) {
        guard let slot = slot(for: address) else { return }
        let isFirst = places[slot].generation != generation
        let index = UInt32(truncatingIfNeeded: index)
        places[slot].newIndex = isFirst ? index : min(index, places[slot].newIndex)
        places[slot].generation = generation
    }

    /// Whether a block there does not look for the jump of an index.
    func leavesOut(_ index: Int, at address: UInt64, in generation: UInt32) -> Bool {
        let place = places[JumpPlaces.slot(of: address, in: places)]
        return place.generation == generation && index >= Int(place.newIndex)
    }

    /// The address's slot; nil where the system has no room.
    private mutating func slot(for address: UInt64) -> Int? {
        let slot = JumpPlaces.slot(of: address, in: places)
        if !places[slot].isFree { return slot }
        if count >= places.count / 2 {
            guard let larger = MappedArray<Place>(count: places.count * 2) else { return nil }
            for index in 0..<places.count where !places[index].isFree {
                larger[JumpPlaces.slot(of: places[index].address, in: larger)] = places[index]
            }
            places = larger
        }
        count += 1
        let free = JumpPlaces.slot(of: address, in: places)
        places[free].address = address
        return free
    }

    /// The address's slot, or the free one where it would be.
    private static func slot(of address: UInt64, in places: borrowing MappedArray<Place>) -> Int {
        let hash = address &* 0x9E37_79B9_7F4A_7C15 >> 32
        var slot = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while !places[slot].isFree, places[slot].address != address {
            slot = (slot + 1) & (places.count - 1)
        }
        return slot
    }
}
