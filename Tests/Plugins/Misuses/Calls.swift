import QEMUPluginEmbedded
import Synchronization

/// What is done in system calls, at each of which QEMU may be about to move its scoreboards: `calls=on`, with nothing
/// else. Of a guest of many threads, the values' sum must be the count of calls.
final class Calls: Sendable {
    private let count = Atomic<UInt64>(0)
    private let board: Scoreboard<UInt64>
    private let entry: VCPUEntry
    /// Many, so that there is time while QEMU moves them.
    private static let values = 1 << 17
    private static let places = 256

    init() throws(PluginError) {
        guard let board = try Scoreboard<UInt64>(count: Calls.values),
            let entry = board.entry(Calls.values - 1)
        else { throw PluginError("no scoreboard") }
        (self.board, self.entry) = (board, entry)
    }

    func begin(on vcpu: VCPU) {
        count.add(1, ordering: .relaxed)
        entry.add(1, for: vcpu.index)
        for step in 0..<Calls.places {
            let place = step * (Calls.values / Calls.places)
            board[vcpu.index, place] = (board[vcpu.index, place] ?? 0) + 1
        }
        entry[vcpu.index] = (entry[vcpu.index] ?? 0) + 1
    }

    /// How many calls there were, and by the values: the smallest and the largest, and twice as many.
    var result: String {
        let sums = (0..<Calls.places).map {
            board.entry($0 * (Calls.values / Calls.places))?.sum ?? 0
        }
        let calls = count.load(ordering: .relaxed)
        return "\(calls) \(sums.min() ?? 0) \(sums.max() ?? 0) \(entry.sum)"
    }
}

extension Misuses {
    /// The guest says by a call's arguments that the first one is an address.
    func systemCallBegins(_ call: SystemCall, on vcpu: VCPU) {
        calls?.begin(on: vcpu)
        guard call.arguments[1] == 22, call.arguments[2] == 33 else { return }
        if calls != nil {
            reach(call.arguments[0], vcpu)
        } else {
            say("registers in a system call") { () throws(PluginError) in
                _ = try Register.all(of: vcpu).map { $0.value(on: vcpu) }
                return "harmless"
            }
        }
    }

    private func reach(_ address: UInt64, _ vcpu: VCPU) {
        say("memory at the address") { () throws(PluginError) in
            let number = try GuestMemory.number(at: address, size: 8, on: vcpu)
            let count = try GuestMemory.withBytes(at: address, count: 100, on: vcpu) {
                $0.byteCount
            }
            let isWritten = try GuestMemory.write([1, 2, 3], at: address, on: vcpu)
            return "\(number ?? 0) \(count ?? 0) \(isWritten)"
        }
    }
}
