import JournalEmbedded
import QEMUPluginEmbedded
import Synchronization

/// Has it seen where conditional jumps go: a jump, when it is executed, notes itself for its vCPU, and the block
/// that comes next looks at that.
///
/// A jump of which both ways were seen is not watched any more when its code is translated again (see
/// ``EdgePhase``). From interface version 3 on, QEMU's own code notes and looks. ``Recorder``'s lock guards it.
final class EdgeWatch: @unchecked Sendable {
    let phase = EdgePhase()
    private var decoder: JumpDecoder
    private let pending: PendingJumps
    private let switches: Bool
    private let store: BlockStore
    private var places: JumpPlaces
    /// The jumps of which it is not known where they lead, as far as both ways were not seen.
    private var indirect: [Int] = []
    /// Jumps that go to one place each by what a vCPU's value is; more are looked at by a callback.
    private static let mostComparisons = 4

    /// Nil where the system has no room, or the guest's jumps are not known.
    ///
    /// - Parameter switches: whether recording is switched on and off.
    init?(_ decoder: JumpDecoder, switches: Bool, store: BlockStore) {
        guard let pending = PendingJumps(), let places = JumpPlaces(mostRecords: store.mostBlocks)
        else { return nil }
        self.decoder = decoder
        self.pending = pending
        self.places = places
        self.switches = switches
        self.store = store
        unsafe Callback.pendingJumps = pending
    }

    /// The conditional jump that a part of a block ends with; nil where it does not.
    func jump(at part: BlockPart, of block: borrowing TranslationBlock) -> ConditionalJump? {
        part.isEnd ? decoder.jump(at: part, of: block) : nil
    }

    /// The record of a jump at its place in a module, by its index; nil where the system has no room.
    func record(
        _ jump: ConditionalJump, at place: (module: UInt16, start: UInt32),
        in table: inout BlockHashTable
    ) -> Int? {
        let size = jump.size | BlockRecord.jumpMark
        if let index = table.find(address: jump.address, size: size, module: place.module) {
            check(jump, as: index)
            return index
        }
        var record = BlockRecord(address: jump.address, size: size, pageEnd: .clear)
        (record.module, record.start) = place
        guard let index = table.insert(record) else { return nil }
        enter(jump, as: index)
        return index
    }

    /// Enters a jump that has a record now.
    private func enter(_ jump: ConditionalJump, as index: Int) {
        store[index].setTarget(jump.target)
        places.add(JumpPlaces.Way(index: index, isJump: false), to: jump.end)
        if let target = jump.target {
            places.add(JumpPlaces.Way(index: index, isJump: true), to: target)
        } else {
            indirect.append(index)
        }
    }

    /// Looks whether a jump that has a record leads elsewhere now, its code having been replaced.
    private func check(_ jump: ConditionalJump, as index: Int) {
        let kept = store[index]
        guard kept.target != jump.target, kept.target != nil else { return }
        kept.setTarget(nil)
        indirect.append(index)
    }

    /// Has a block that ends with a jump note it.
    ///
    /// - Returns: whether the jump is not watched, both its ways having been seen.
    func watch(_ index: Int, at part: BlockPart, of block: borrowing TranslationBlock) -> Bool {
        let jump = store[index]
        guard jump.ways != .both else { return true }
        let word = jump.word
        let entry = switches ? nil : pending.entry
        block.withInstruction(at: part.end - 1) { instruction in
            if let entry, (try? instruction.store(UInt64(word), in: entry)) != nil { return }
            instruction.onExecution(
                passing: word, call: switches ? Callback.jumpsIfOn : Callback.jumps)
        }
        guard !phase.isOpen else { return false }
        let generation = phase.generation
        let leavesOut = jump.target.map { places.leavesOut(index, at: $0, in: generation) } ?? true
        if leavesOut || places.leavesOut(index, at: jump.jumpEnd, in: generation) {
            // Before it has gone anywhere: QEMU looks for work at the beginning of each block.
            block.onExecution(passing: 0, call: Callback.opensEdges)
        }
        return false
    }

    /// Has a block look where it is come from that reports nothing else.
    ///
    /// - Parameter count: the number of records.
    func watchEntry(
        _ part: BlockPart, isWhole: Bool, of block: borrowing TranslationBlock, among count: Int
    ) {
        let word = UInt(truncatingIfNeeded: part.address)
        guard isWhole, !switches else {
            block.withInstruction(at: part.first) {
                _ = $0.onExecution(passing: word, call: Callback.comesIfOn)
            }
            return
        }
        guard !phase.isOpen else { return watchOpenEntry(word, of: block) }
        var unseen: [UInt64] = []
        var isWanted = false
        places.forEachWay(to: part.address) { way in
            let jump = store[way.index]
            guard jump.ways != .both else { return }
            isWanted = true
            if !jump.ways.contains(way.isJump ? .jumped : .fellThrough) {
                unseen.append(UInt64(jump.word))
            }
        }
        guard isWanted else {
            return places.leaveOut(from: count, at: part.address, in: phase.generation)
        }
        guard let entry = pending.entry else {
            block.onExecution(passing: word, call: Callback.comes)
            return
        }
        if unseen.count > EdgeWatch.mostComparisons {
            try? block.onExecution(
                while: entry, is: .notEqual, 0, passing: word, call: Callback.comes)
        } else {
            places.leaveOut(from: count, at: part.address, in: phase.generation)
            for jump in unseen {
                try? block.onExecution(
                    while: entry, is: .equal, jump, passing: word, call: Callback.comes)
            }
            try? block.store(0, in: entry)
        }
    }

    private func watchOpenEntry(_ word: UInt, of block: borrowing TranslationBlock) {
        let function = canClose ? Callback.comesInOpen : Callback.comes
        if let entry = pending.entry {
            try? block.onExecution(while: entry, is: .notEqual, 0, passing: word, call: function)
        } else {
            block.onExecution(passing: word, call: function)
        }
    }

    /// Whether what a closed phase leaves out can be done without: not where a jump can lead anywhere.
    private var canClose: Bool {
        !switches && indirect.allSatisfy { store[$0].ways == .both }
    }

    /// All code was forgotten, and no vCPU executes.
    func codeForgotten() {
        indirect = indirect.filter { store[$0].ways != .both }
        phase.begins(canClose: canClose)
    }

    /// What vCPUs come from was executed before recording was switched off.
    func forgetPending() { pending.forget() }
}
