import QEMUPluginEmbedded

/// The vCPUs' numbers, where this QEMU has scoreboards.
struct Entries: Sendable {
    struct Element: BitwiseCopyable {
        var blocks: UInt64
        var instructions: UInt64
        var stores: UInt64
        var stored: (block: UInt64, instruction: UInt64, memory: UInt64)
    }

    let board: Scoreboard<Element>
    let blocks: VCPUEntry
    let instructions: VCPUEntry
    let stores: VCPUEntry
    let stored: (block: VCPUEntry, instruction: VCPUEntry, memory: VCPUEntry)

    init?() throws(PluginError) {
        guard let board = try Scoreboard<Element>(), let blocks = board.entry(),
            let instructions = board.entry(offset: 8), let stores = board.entry(offset: 16),
            let first = board.entry(offset: 24), let second = board.entry(offset: 32),
            let third = board.entry(offset: 40)
        else { return nil }
        self.board = board
        (self.blocks, self.instructions, self.stores) = (blocks, instructions, stores)
        stored = (first, second, third)
    }
}
