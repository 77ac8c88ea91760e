import Trace

/// Places as a file has them, one by one, brought together.
struct PlaceCounter {
    private struct Key: Hashable {
        var address: UInt64
        var size: UInt32
        var module: UInt16
    }

    private struct Executions {
        var count: UInt32
        var reach = UInt32.max
    }

    /// More than the bytes of any block of translation: QEMU's have up to 512 instructions.
    static let far: UInt64 = 1 << 13

    private var executions: [Key: Executions] = [:]
    private var isRepeated = false
    /// What was added last.
    private var last: Key?

    /// Adds executions of a place, which come right after those of the place that was added before.
    mutating func add(
        _ address: UInt64, size: UInt32 = 0, module: UInt16 = Block.noModule, times: UInt64 = 1
    ) {
        guard times > 0 else { return }
        let key = Key(address: address, size: size, module: module)
        let sum = UInt64(executions[key]?.count ?? 0) + min(times, 1 << 32)
        if sum > 1 { isRepeated = true }
        executions[key, default: Executions(count: 0)].count = UInt32(clamping: sum)
        if let last, last.module == module, last.size == 0, address > last.address,
            address - last.address < PlaceCounter.far
        {
            setReach(UInt32(address - last.address), of: last)
        }
        last = key
    }

    /// Says how far it is from a place that was added to the nearest one that was executed right after it.
    mutating func setReach(_ reach: UInt32, of address: UInt64) {
        setReach(reach, of: Key(address: address, size: 0, module: Block.noModule))
    }

    /// Takes the places for such that were not added in the order of execution.
    mutating func forgetOrder() {
        for key in executions.keys { executions[key]?.reach = .max }
        last = nil
    }

    private mutating func setReach(_ reach: UInt32, of key: Key) {
        guard let known = executions[key]?.reach, reach < known else { return }
        executions[key]?.reach = reach
    }

    /// The places.
    ///
    /// - Parameter isCounted: whether it means something how often a place was added; where none was added twice, there
    ///   are no counts in any case.
    func places(
        isCounted: Bool = true, origin: ExecutedPlaces.Origin = .base,
        ending: ExecutedPlaces.Ending = .unknown
    ) -> ExecutedPlaces {
        let hasCounts = isCounted && isRepeated
        let list = executions.map { key, executions in
            var place = ExecutedPlace(
                address: key.address, size: key.size, count: isCounted ? executions.count : 1,
                module: key.module)
            if hasCounts { place.reach = executions.reach }
            return place
        }
        var places = ExecutedPlaces(
            list.sorted { ($0.module, $0.address, $0.size) < ($1.module, $1.address, $1.size) },
            origin: origin, ending: ending, hasCounts: hasCounts)
        places.hasOrder = hasCounts
        return places
    }
}
