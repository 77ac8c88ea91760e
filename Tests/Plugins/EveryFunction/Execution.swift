import QEMUPluginEmbedded

extension EveryFunction {
    /// Called in the execution callback of `called`, for the so-manieth time.
    func called(_ times: UInt64) {
        if times == 1 { askAll() }
        guard times == 500 else { return }
        if settings.uninstalls {
            emulator.uninstall { Report.line("qemu_plugin_uninstall", "done") }
        } else {
            emulator.retranslateAll { unsafe Counts.hasReset = true }
        }
    }

    /// Where a function's first argument comes: on x86-64, on aarch64.
    private var argument: Register? {
        ((try? Register.named("rdi")) ?? nil) ?? ((try? Register.named("x0")) ?? nil)
    }

    func writeRegister() {
        Report.line("qemu_plugin_write_register") { () throws(Missing) in
            guard Feature.registers.isThere, let argument else {
                return Feature.registerWriting.isThere ? "no register" : "missing"
            }
            return "\(try argument.write([6, 0, 0, 0, 0, 0, 0, 0]))"
        }
    }

    private func askAll() {
        var vcpus = ""
        emulator.forEachVCPU { vcpus += "\($0) " }
        Report.line("qemu_plugin_vcpu_for_each", vcpus)
        Report.line("qemu_plugin_get_registers") { () throws(Missing) in
            "\(try Register.all().count)"
        }
        Report.line("qemu_plugin_read_register") { () throws(Missing) in
            guard Feature.registerReading.isThere else { return "missing" }
            return Report.hexadecimal(argument?.value())
        }
        Report.line("qemu_plugin_read_memory_vaddr") { () throws(Missing) in
            try GuestMemory.withBytes(at: settings.word + 8, count: 4) { "\($0.byteCount)" }
                ?? "none"
        }
        Report.line("qemu_plugin_write_memory_vaddr") { () throws(Missing) in
            "\(try GuestMemory.write([7, 0, 0, 0, 0, 0, 0, 0], at: settings.changed))"
        }
        Report.line("qemu_plugin_translate_vaddr") { () throws(Missing) in
            Report.hexadecimal(try GuestMemory.physicalAddress(of: settings.changedPhysical))
        }
        Report.line("qemu_plugin_write_memory_hwaddr") { () throws(Missing) in
            let written = try GuestMemory.write(
                [8, 0, 0, 0, 0, 0, 0, 0], atPhysical: settings.changedPhysical)
            return written.map { "error \($0.rawValue)" } ?? "written"
        }
        Report.line("qemu_plugin_read_memory_hwaddr") { () throws(Missing) in
            let read = try GuestMemory.withPhysicalBytes(at: settings.changedPhysical, count: 1) {
                "\(unsafe $0.unsafeLoad(as: UInt8.self))"
            }
            switch read {
            case .success(let value): return value
            case .failure(let error): return "error \(error.rawValue)"
            }
        }
        askScoreboards()
        Report.line("qemu_plugin_update_ns") { () throws(Missing) in
            guard Feature.timeUpdates.isThere else { return "missing" }
            if settings.clock > 0 { clock?.set(nanoseconds: settings.clock) }
            return "set"
        }
        Emulator.log("everyfunction was here\n")
    }

    private func askScoreboards() {
        let spare: Scoreboard<UInt64>?
        do throws(Missing) {
            spare = try Scoreboard<UInt64>(count: 3)
        } catch {
            for function in ["new", "find", "free"] {
                Report.line("qemu_plugin_scoreboard_\(function)", "missing")
            }
            for function in ["set", "add", "get", "sum"] {
                Report.line("qemu_plugin_u64_\(function)", "missing")
            }
            return
        }
        guard let spare, let entry = spare.entry(2) else {
            return Report.line("qemu_plugin_scoreboard_new", "none")
        }
        Report.line("qemu_plugin_scoreboard_new", "\(spare.count)")
        entry[0] = 5
        Report.line("qemu_plugin_u64_set", "\(spare[0, 2] ?? 0)")
        entry.add(6, for: 0)
        Report.line("qemu_plugin_u64_add", "\(spare[0, 2] ?? 0)")
        Report.line("qemu_plugin_u64_get", "\(entry[0] ?? 0)")
        Report.line("qemu_plugin_u64_sum", "\(entry.sum)")
        unsafe spare.values(of: 0)[1] = 9
        Report.line(
            "qemu_plugin_scoreboard_find",
            "\(spare[0, 1] ?? 0) \(spare[0, 3] == nil) \(spare[1000, 0] == nil)")
        unsafe spare.free()
        Report.line("qemu_plugin_scoreboard_free", "done")
    }

    /// One of the accesses of `called`, described the first time.
    func accessed(_ access: MemoryAccess) {
        if access.isStore { unsafe Counts.stores += 1 }
        guard unsafe Counts.blocks == 1 else { return }
        Report.line(
            "access",
            "\(access.size) \(Report.hexadecimal(access.address)) \(access.isStore) "
                + "\(access.isSignExtended) \(access.isBigEndian)")
        Report.line("qemu_plugin_mem_get_value") { () throws(Missing) in "\(try access.value)" }
        let isKnown = access.withPhysicalAddress { place in
            Report.line("qemu_plugin_hwaddr_is_io", "\(place.isDevice)")
            Report.line("qemu_plugin_hwaddr_phys_addr") { () throws(Missing) in
                Report.hexadecimal(try place.address)
            }
            Report.line("qemu_plugin_hwaddr_device_name") { () throws(Missing) in
                try place.deviceName ?? "none"
            }
            return true
        }
        Report.line("qemu_plugin_get_hwaddr", "\(isKnown == true)")
    }
}
