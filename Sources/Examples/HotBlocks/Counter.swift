import QEMUPluginEmbedded
import Synchronization

/// How often a block was executed.
final class Counter: Sendable {
    let address: UInt64
    /// Where the vCPUs count, if this QEMU has that.
    let entry: VCPUEntry?
    private let count = Atomic<UInt64>(0)

    init(_ address: UInt64, _ entry: VCPUEntry?) {
        (self.address, self.entry) = (address, entry)
    }

    func add() { count.add(1, ordering: .relaxed) }

    var sum: UInt64 { entry?.sum ?? count.load(ordering: .relaxed) }
}
