import CHost
import QEMUPluginEmbedded

/// By vCPU, the conditional jump that it comes from: what was executed last, and of which it is not known yet
/// where it went; 0 for none. A jump is known by the address of its record.
@safe
struct PendingJumps {
    /// Where QEMU's own code can write to: from interface version 3 on.
    private let board: Scoreboard<UInt64>?
    private let own: UnsafeMutablePointer<UInt64>

    /// More vCPUs at one time than any guest has here; those behind are not looked at.
    private static let mostVCPUs = 1 << 16

    /// Nil where the system has no room.
    init?() {
        let bytes = PendingJumps.mostVCPUs * MemoryLayout<UInt64>.stride
        guard let memory = unsafe host_map(bytes) else { return nil }
        unsafe own = memory.bindMemory(to: UInt64.self, capacity: PendingJumps.mostVCPUs)
        board =
            Feature.inlineStores.isAvailable && Feature.blockConditions.isAvailable
            ? (try? Scoreboard<UInt64>()) ?? nil : nil
    }

    /// What QEMU's own code writes to and looks at; nil where it cannot.
    var entry: VCPUEntry? { board?.entry() }

    /// The vCPU is about to execute a jump.
    @inline(__always)
    func set(_ jump: UInt, for vcpu: UInt32) {
        if let board {
            unsafe board.values(of: vcpu).pointee = UInt64(jump)
        } else if vcpu < UInt32(PendingJumps.mostVCPUs) {
            unsafe own[Int(vcpu)] = UInt64(jump)
        }
    }

    /// The jump that the vCPU comes from, which it does no more then.
    @inline(__always)
    func take(_ vcpu: UInt32) -> UInt {
        if let board {
            let place = unsafe board.values(of: vcpu)
            let jump = unsafe place.pointee
            if jump != 0 { unsafe place.pointee = 0 }
            return UInt(jump)
        }
        guard vcpu < UInt32(PendingJumps.mostVCPUs) else { return 0 }
        let jump = unsafe own[Int(vcpu)]
        if jump != 0 { unsafe own[Int(vcpu)] = 0 }
        return UInt(jump)
    }

    /// No vCPU comes from any.
    func forget() {
        if let board {
            for vcpu in 0..<UInt32(clamping: Emulator.vcpuCount ?? 0) { board[vcpu] = 0 }
        } else {
            for vcpu in 0..<PendingJumps.mostVCPUs { unsafe own[vcpu] = 0 }
        }
    }
}
