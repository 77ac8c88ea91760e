import QEMUPluginEmbedded
import Synchronization

/// Counts how often execution went from one block to another, and lists the edges at the end:
///
///     qemu-x86_64 -d plugin -D log -plugin libbranchedges.so program
///
/// For reading: it takes a lock at each block, which a plugin that is to be fast does not.
final class BranchEdges: TranslationObserver, ExitObserver {
    static let name: StaticString = "branchedges"

    struct Edge: Hashable {
        let from: UInt64
        let to: UInt64
    }

    struct Seen {
        /// By the vCPU's index.
        var last: [UInt32: UInt64] = [:]
        var counts: [Edge: UInt64] = [:]
    }

    private let seen = Locked(Seen())
    private let hasEnded = Atomic(false)

    init(_ installation: Installation) throws(PluginError) {}

    func translated(_ block: borrowing TranslationBlock) {
        let address = block.address
        block.onExecution { vcpu in self.come(to: address, on: vcpu.index) }
    }

    private func come(to address: UInt64, on vcpu: UInt32) {
        seen.withLock { seen in
            if let last = seen.last.updateValue(address, forKey: vcpu) {
                seen.counts[Edge(from: last, to: address), default: 0] += 1
            }
        }
    }

    func exits() {
        guard !hasEnded.exchange(true, ordering: .relaxed) else { return }
        for (edge, count) in seen.withLock({ $0.counts }) {
            Emulator.log(
                "0x\(String(edge.from, radix: 16)) 0x\(String(edge.to, radix: 16)) \(count)\n")
        }
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { BranchEdges.install(call) }
