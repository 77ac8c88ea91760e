import CQEMUPlugin
import Synchronization

/// A plugin's closure that a callback calls: the callback's word is the object's address. ``RetainedObjects`` has
/// it as long as the callback can come, so nothing is counted or locked then.
final class ExecutionClosure: Sendable {
    private let body: @Sendable (VCPU) -> Void

    init(_ body: @escaping @Sendable (VCPU) -> Void) { self.body = body }

    static let call: ExecutionFunction = { vcpu, word in
        guard let address = unsafe UnsafeRawPointer(bitPattern: word) else { return }
        unsafe Unmanaged<ExecutionClosure>.fromOpaque(address)._withUnsafeGuaranteedRef {
            $0.body(vcpu)
        }
    }
}

/// The same for an access to memory.
final class MemoryClosure: Sendable {
    private let body: @Sendable (VCPU, MemoryAccess, UInt64) -> Void

    /// QEMU's version 1 calls what is for stores alone at loads too (7.2, tried), and the other way round.
    init(
        _ kinds: MemoryAccess.Kinds,
        _ body: @escaping @Sendable (VCPU, MemoryAccess, UInt64) -> Void
    ) {
        guard qemu_version() < 2, kinds.known != MemoryAccess.Kinds.all.known else {
            self.body = body
            return
        }
        self.body = { vcpu, access, address in
            guard kinds.contains(access.isStore ? .writes : .reads) else { return }
            body(vcpu, access, address)
        }
    }

    static let call: MemoryFunction = { vcpu, access, address, word in
        guard let object = unsafe UnsafeRawPointer(bitPattern: word) else { return }
        unsafe Unmanaged<MemoryClosure>.fromOpaque(object)._withUnsafeGuaranteedRef {
            $0.body(vcpu, access, address)
        }
    }

    /// Whether there were callbacks of memory accesses; never taken back.
    private static let areThere = Atomic(false)

    static func isWatched() { areThere.store(true, ordering: .relaxed) }

    /// Whether QEMU would go on to call what there is in the middle of a block when the plugin is gone.
    static var endBadly: Bool { qemu_version() < 2 && areThere.load(ordering: .relaxed) }
}
