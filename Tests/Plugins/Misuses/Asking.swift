import QEMUPluginEmbedded

extension Misuses {
    /// Lends within lends: each must see its own bytes.
    func lend(_ vcpu: VCPU) {
        let (address, asked) = (settings.address, settings.word)
        say("lends that nest") { () throws(PluginError) in
            let outer = try GuestMemory.withBytes(at: address, count: 4, on: vcpu) { outer in
                let before = outer.all
                let inner = try? GuestMemory.withBytes(at: asked, count: 8, on: vcpu) { inner in
                    let bytes = inner.all
                    let register = try? Register.all(of: vcpu).first
                    let held = register?.value(on: vcpu) != nil
                    return bytes == inner.all && held
                }
                return before == outer.all && inner == true
            }
            return outer.map { "\($0)" } ?? "nothing"
        }
        say("registers that nest") { () throws(PluginError) in
            let registers = try Register.all(of: vcpu).prefix(2)
            guard let one = registers.first, let other = registers.last else { return "none" }
            let isSame = one.withBytes(on: vcpu) { outer in
                let before = outer.all
                _ = other.withBytes(on: vcpu) { $0.byteCount }
                return before == outer.all
            }
            return isSame.map { "\($0)" } ?? "nothing"
        }
    }

    func readTooMuch(_ vcpu: VCPU) {
        let counts = [1 << 32 + 8, 1 << 32, 1 << 31, 1 << 31 - 1, 0, -1, Int.max, Int.min]
        say("counts of bytes") { () throws(PluginError) in
            let read = try counts.map { count throws(PluginError) in
                try GuestMemory.withBytes(at: settings.word, count: count, on: vcpu) {
                    $0.byteCount
                }
            }
            return "\(read.allSatisfy { $0 == nil })"
        }
        say("counts of physical bytes") { () throws(PluginError) in
            // Two gigabytes of no memory take QEMU minutes.
            for count in counts where count != 1 << 31 - 1 {
                let read = try GuestMemory.withPhysicalBytes(
                    at: settings.word, count: count, on: vcpu
                ) { $0.byteCount }
                if case .success(let bytes) = read, bytes != count { return "another count" }
            }
            return "harmless"
        }
        say("addresses that are none") { () throws(PluginError) in
            let places: [UInt64] = [0, 1 << 63, UInt64.max - 3, UInt64.max]
            for place in places {
                _ = try GuestMemory.number(at: place, size: 8, on: vcpu)
                _ = try GuestMemory.number(at: place, size: 9, on: vcpu)
                _ = try GuestMemory.physicalAddress(of: place, on: vcpu)
            }
            return "harmless"
        }
    }

    /// The address of another place within that of the access.
    func nestAddresses(_ access: MemoryAccess, _ address: UInt64) {
        _ = access.withPhysicalAddress(at: address) { outer in
            onlyOnce("physical addresses that nest") { () throws(PluginError) in
                let before = try outer.address
                let inner = access.withPhysicalAddress(at: address ^ 8) { try? $0.address }
                let after = try outer.address
                return "\(before == after) \(inner == before ^ 8)"
            }
        }
    }

    func writeWrongly(_ vcpu: VCPU) {
        say("sizes of registers") { () throws(PluginError) in
            let registers = try Register.all(of: vcpu)
            guard let first = registers.first,
                let size = first.withBytes(on: vcpu, { $0.byteCount })
            else { return "none" }
            for count in [0, 1, size - 1, size + 1, 64, 100_000]
            where try first.write(Array(repeating: 0xff, count: count), on: vcpu) {
                return "\(count) bytes written"
            }
            return "refused"
        }
        say("registers that are read-only") { () throws(PluginError) in
            var refused = true
            for register in try Register.all(of: vcpu) where register.isReadOnly == true {
                let size = register.withBytes(on: vcpu) { $0.byteCount } ?? 8
                if try register.write(Array(repeating: 0xff, count: size), on: vcpu) {
                    refused = false
                }
            }
            return refused ? "refused" : "written"
        }
        say("registers that are not looked at") { () throws(PluginError) in
            let registers = try Register.all(of: vcpu)
            for name: StaticString in ["pc", "rip", "eflags", "cs", "ds", "fs"] {
                let register = registers.first {
                    let held = $0.name
                    return name.withUTF8Buffer { unsafe held.utf8.elementsEqual($0) }
                }
                guard let register, let size = register.withBytes(on: vcpu, { $0.byteCount }) else {
                    continue
                }
                if try register.write(Array(repeating: 0xff, count: size), on: vcpu) {
                    return "\(name) written"
                }
            }
            return "refused"
        }
        say("writing to no memory") { () throws(PluginError) in
            let isWritten = try GuestMemory.write([1, 2], at: 1 << 62, on: vcpu)
            _ = try GuestMemory.write([], at: settings.word, on: vcpu)
            return "\(isWritten)"
        }
        say("writing to no physical memory") { () throws(PluginError) in
            _ = try GuestMemory.write([1, 2], atPhysical: 1 << 62, on: vcpu)
            _ = try GuestMemory.write([], atPhysical: 0, on: vcpu)
            return "harmless"
        }
    }

    func askTwice(_ vcpu: VCPU) {
        say("second clock", "\(clocks[1] == nil)")
        if let clock = clocks[0] {
            say("clock before its beginning", "\(clock.set(nanoseconds: .min, on: vcpu))")
        }
        Emulator.log(String(repeating: "%s%n", count: 10_000) + "\u{0}\n")
        guard !settings.ends else { return }
        let answers = [emulator.retranslateAll(on: vcpu) {}, emulator.retranslateAll(on: vcpu) {}]
        say("retranslated twice", "\(answers[0]) \(answers[1])")
    }

    func say(_ what: String, _ value: String) {
        StandardError.write(Array("\(what)\t\(value)\n".utf8))
    }

    func say(_ what: String, _ value: () throws(PluginError) -> String) {
        do throws(PluginError) {
            say(what, try value())
        } catch {
            StandardError.write(Array("\(what)\t".utf8) + error.text + [10])
        }
    }

    func onlyOnce(_ what: String, _ value: () throws(PluginError) -> String) {
        guard said.once(what) else { return }
        say(what, value)
    }
}

extension RawSpan {
    /// A copy of its bytes.
    var all: [UInt8] {
        (0..<byteCount).map { unsafe unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
}

/// What was said already.
final class Said: Sendable {
    private let names = Locked<[String]>([])

    /// Whether it is the first time.
    func once(_ name: String) -> Bool {
        names.withLock { names in
            guard !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else { return false }
            names.append(name)
            return true
        }
    }
}
