import QEMUPluginEmbedded

/// What is asked for too often, or at another moment than it is meant for.
extension Misuses {
    func repeatAsking(_ vcpu: VCPU) {
        say(
            "for each within for each",
            { () throws(PluginError) in
                var (outer, inner) = (0, 0)
                emulator.forEachVCPU { _ in
                    outer += 1
                    emulator.forEachVCPU { _ in inner += 1 }
                }
                return "\(outer) \(inner)"
            })
        say("scoreboards while code is executed") { () throws(PluginError) in
            for count in 1...100 {
                guard let board = try Scoreboard<UInt64>(count: count) else { return "none" }
                board[vcpu.index, count - 1] = 7
                guard board.entry(count - 1)?.sum == 7 else { return "another sum" }
            }
            return "counted"
        }
        say("the block's own code") { () throws(PluginError) in
            let place = settings.address
            let code = try GuestMemory.withBytes(at: place, count: 4, on: vcpu) { $0.all }
            guard let code else { return "not there" }
            _ = try GuestMemory.write(code, at: place, on: vcpu)
            let after = try GuestMemory.withBytes(at: place, count: 4, on: vcpu) { $0.all }
            return "\(after == code)"
        }
        say("a clock in the midst") { () throws(PluginError) in
            _ = try Emulator.requestTimeControl()
            return "harmless"
        }
    }

    /// Of no function's beginning, twice, and with what begins another.
    func awaitReturns(_ vcpu: VCPU) {
        guard let returns else { return say("returns", "none") }
        let first = returns.onReturn(on: vcpu) { vcpu in
            returns.onReturn(on: vcpu) { _ in }
        }
        let second = returns.onReturn(on: vcpu) { _ in }
        say("returns", "\(first == second)")
    }

    /// More than one instruction can want. QEMU does not bear many hundreds: Versions.md has it.
    func registerMany(_ instruction: borrowing Instruction) {
        for word: UInt in 0..<50 {
            instruction.onExecution(passing: word) { _, _ in }
            instruction.onMemoryAccess(passing: word) { _, _, _, _ in }
        }
    }
}
