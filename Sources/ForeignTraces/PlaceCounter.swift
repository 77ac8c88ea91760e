import Trace

/// Places as a file has them, one by one, brought together.
struct PlaceCounter {
    private struct Key: Hashable {
        var address: UInt64
        var size: UInt32
        var module: UInt16
    }

    private var counts: [Key: UInt32] = [:]
    private var isRepeated = false

    /// Adds executions of a place.
    mutating func add(
        _ address: UInt64, size: UInt32 = 0, module: UInt16 = Block.noModule, times: UInt64 = 1
    ) {
        guard times > 0 else { return }
        let sum =
            UInt64(
                counts[Key(address: address, size: size, module: module), default: 0])
            + min(times, 1 << 32)
        if sum > 1 { isRepeated = true }
        counts[Key(address: address, size: size, module: module)] = UInt32(clamping: sum)
    }

    /// The places.
    ///
    /// - Parameter isCounted: whether it means something how often a place was added; where none was added twice, there
    ///   are no counts in any case.
    func places(
        isCounted: Bool = true, origin: ExecutedPlaces.Origin = .base,
        ending: ExecutedPlaces.Ending = .unknown
    ) -> ExecutedPlaces {
        let list = counts.map { key, count in
            ExecutedPlace(
                address: key.address, size: key.size, count: isCounted ? count : 1,
                module: key.module)
        }
        return ExecutedPlaces(
            list.sorted { ($0.module, $0.address, $0.size) < ($1.module, $1.address, $1.size) },
            origin: origin, ending: ending, hasCounts: isCounted && isRepeated)
    }
}
