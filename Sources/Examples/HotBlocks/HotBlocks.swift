import QEMUPluginEmbedded
import Synchronization

/// Counts how often each block is executed, and lists the most frequent at the end:
///
///     qemu-x86_64 -d plugin -D log -plugin libhotblocks.so,limit=20 program
///
/// Each vCPU counts in a scoreboard by code that QEMU puts into the block, so nothing is called and no
/// count is lost. A QEMU before 9.0 has no scoreboards: there a callback counts.
final class HotBlocks: TranslationObserver, ExitObserver {
    static let name: StaticString = "hotblocks"

    private let limit: Int
    private let blocks = BlockList()
    private let hasEnded = Atomic(false)

    init(_ installation: Installation) throws(PluginError) {
        let arguments: [Argument<Int>] = [
            .number("limit", in: 1...1_000_000, "how many blocks are listed, 20") { $0 = $1 }
        ]
        limit = try installation.read(arguments, over: 20)
    }

    func translated(_ block: borrowing TranslationBlock) {
        let counter = blocks.counter(of: block.address)
        if let entry = counter.entry {
            block.add(1, to: entry)
        } else {
            block.onExecution { _ in counter.add() }
        }
    }

    func exits() {
        guard !hasEnded.exchange(true, ordering: .relaxed) else { return }
        let counts = blocks.counts.sorted { $0.count > $1.count }
        for (address, count) in counts.prefix(limit) {
            Emulator.log("0x\(String(address, radix: 16)) \(count)\n")
        }
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { HotBlocks.install(call) }
