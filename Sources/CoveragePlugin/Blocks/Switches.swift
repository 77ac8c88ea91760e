import QEMUPluginEmbedded

/// Where recording begins and ends (`start=`, `stop=`): just before the instructions there are
/// executed.
struct Switches {
    private let start: Location?
    private let stop: Location?
    /// Whether there is no place where recording ends, or the guest's code came to it.
    private(set) var hasStopPlace: Bool

    /// Nil where recording begins and ends with the program.
    init?(_ selection: BlockSelection) {
        guard selection.switches else { return nil }
        (start, stop) = (selection.start, selection.stop)
        hasStopPlace = stop == nil
    }

    /// Has the block's instructions that are such places switch, and gives the parts that they cut
    /// the block into; nothing where it has none.
    ///
    /// - Parameters:
    ///   - whole: all of the block.
    ///   - base: what offsets in the block's module count from.
    ///   - path: its path, nil outside all modules.
    mutating func cut(
        _ block: borrowing TranslationBlock, _ whole: BlockPart, base: UInt64, path: [UInt8]?
    ) -> [BlockPart] {
        let start = start?.address(base: base, path: path)
        let stop = stop?.address(base: base, path: path)
        guard whole.reaches(start) || whole.reaches(stop) else { return [] }
        var parts: [BlockPart] = []
        var first = 0
        var isCut = false
        for index in 0..<block.instructionCount {
            let switches = block.withInstruction(at: index) { instruction in
                let address = instruction.address
                guard address == start || address == stop else { return false }
                let function =
                    address != stop
                    ? Callback.starts : address != start ? Callback.stops : Callback.startsOrStops
                instruction.onExecution(passing: 0, call: function)
                return true
            }
            guard switches == true else { continue }
            isCut = true
            hasStopPlace = hasStopPlace || block.withInstruction(at: index) { $0.address } == stop
            if index > first, let part = BlockPart(block, from: first, to: index) {
                parts.append(part)
            }
            first = index
        }
        if isCut, let part = BlockPart(block, from: first) { parts.append(part) }
        return parts
    }
}
