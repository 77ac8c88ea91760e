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

    /// Far more than QEMU bears, of all kinds: how many the instruction took, and how many the block.
    func registerMany(_ block: borrowing TranslationBlock) {
        let taken = block.withInstruction(at: 1) { takeAll($0) }
        say("a thousand callbacks", taken ?? "none")
        let entry = ((try? Scoreboard<UInt64>()) ?? nil)?.entry()
        var count = 0
        for word: UInt in 0..<1000 {
            if block.onExecution(passing: word << 32, call: { _, _ in }) { count += 1 }
            if let entry, (try? block.store(3, in: entry)) != nil { count += 1 }
        }
        say("a thousand of the block", "\(count < 64) \(block.onExecution { _ in })")
    }

    private func takeAll(_ instruction: borrowing Instruction) -> String {
        let board = (try? Scoreboard<UInt64>(count: 1000)) ?? nil
        var (executions, accesses) = (0, 0)
        for index in 0..<1000 {
            // A word of its own for each: QEMU holds equal ones once.
            let word = UInt(index) << 32 + 1
            if let entry = board?.entry(index) {
                let isTaken: Void? = try? instruction.onExecution(
                    while: entry, is: .equal, UInt64(word) + 1, passing: word, call: { _, _ in })
                executions += isTaken != nil ? 1 : 0
                if index > 8, instruction.add(UInt64(word), to: entry) { executions += 1 }
                if index > 2, instruction.addAtMemoryAccess(.all, UInt64(word), to: entry) {
                    accesses += 1
                }
            }
            if instruction.onExecution(passing: word, call: { _, _ in }) { executions += 1 }
            if instruction.onMemoryAccess(passing: word, call: { _, _, _, _ in }) { accesses += 1 }
        }
        let isRefused =
            !instruction.onExecution { _ in } && !instruction.onMemoryAccess { _, _, _ in }
        return "\(executions) \(accesses) \(isRefused)"
    }
}
