import QEMUPluginEmbedded

extension EveryFunction {
    /// Called in the execution callback of `called`, for the so-manieth time.
    func called(_ times: UInt64, on vcpu: VCPU) {
        if times == 1 { askAll(vcpu) }
        guard times == 500 else { return }
        if settings.uninstalls {
            emulator.uninstall(on: vcpu) { Report.line("qemu_plugin_uninstall", "done") }
        } else {
            emulator.retranslateAll(on: vcpu) { unsafe Counts.hasReset = true }
        }
    }

    /// Where a function's first argument comes: on x86-64, on aarch64.
    private func argument(_ vcpu: VCPU) -> Register? {
        ((try? Register.named("rdi", of: vcpu)) ?? nil)
            ?? ((try? Register.named("x0", of: vcpu)) ?? nil)
    }

    func writeRegister(_ vcpu: VCPU) {
        Report.line("qemu_plugin_write_register") { () throws(PluginError) in
            guard Feature.registers.isAvailable, let argument = argument(vcpu) else {
                return Feature.registerWriting.isAvailable ? "no register" : "missing"
            }
            return "\(try argument.write([6, 0, 0, 0, 0, 0, 0, 0], on: vcpu))"
        }
    }

    private func askAll(_ vcpu: VCPU) {
        var vcpus = ""
        emulator.forEachVCPU { vcpus += "\($0) " }
        Report.line("qemu_plugin_vcpu_for_each", vcpus)
        Report.line("qemu_plugin_get_registers") { () throws(PluginError) in
            "\(try Register.all(of: vcpu).count)"
        }
        Report.line("qemu_plugin_read_register") { () throws(PluginError) in
            guard Feature.registerReading.isAvailable else { return "missing" }
            return Report.hexadecimal(argument(vcpu)?.value(on: vcpu))
        }
        Report.line("qemu_plugin_read_memory_vaddr") { () throws(PluginError) in
            try GuestMemory.withBytes(at: settings.word + 8, count: 4, on: vcpu) {
                "\($0.byteCount)"
            }
                ?? "none"
        }
        Report.line("qemu_plugin_write_memory_vaddr") { () throws(PluginError) in
            "\(try GuestMemory.write([7, 0, 0, 0, 0, 0, 0, 0], at: settings.changed, on: vcpu))"
        }
        Report.line("qemu_plugin_translate_vaddr") { () throws(PluginError) in
            Report.hexadecimal(
                try GuestMemory.physicalAddress(of: settings.changedPhysical, on: vcpu))
        }
        Report.line("qemu_plugin_write_memory_hwaddr") { () throws(PluginError) in
            let written = try GuestMemory.write(
                [8, 0, 0, 0, 0, 0, 0, 0], atPhysical: settings.changedPhysical, on: vcpu)
            return written.map { _ in "error" } ?? "written"
        }
        Report.line("qemu_plugin_read_memory_hwaddr") { () throws(PluginError) in
            let read = try GuestMemory.withPhysicalBytes(
                at: settings.changedPhysical, count: 1, on: vcpu
            ) {
                "\(unsafe $0.unsafeLoad(as: UInt8.self))"
            }
            switch read {
            case .success(let value): return value
            case .failure: return "error"
            }
        }
        askScoreboards()
        Report.line("qemu_plugin_update_ns") { () throws(PluginError) in
            guard Feature.timeUpdates.isAvailable else { return "missing" }
            if settings.clock > 0 { clock?.set(nanoseconds: settings.clock, on: vcpu) }
            return "set"
        }
        Emulator.log("everyfunction was here\n")
    }

    private func askScoreboards() {
        let spare: Scoreboard<UInt64>?
        do throws(PluginError) {
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
    func accessed(_ access: MemoryAccess, at address: UInt64) {
        if access.isStore { unsafe Counts.stores += 1 }
        guard unsafe Counts.blocks == 1 else { return }
        Report.line(
            "access",
            "\(access.size) \(Report.hexadecimal(address)) \(access.isStore) "
                + "\(access.isSignExtended) \(access.isBigEndian)")
        Report.line("qemu_plugin_mem_get_value") { () throws(PluginError) in
            "\(try access.wideValue)"
        }
        let isKnown = access.withPhysicalAddress(at: address) { place in
            Report.line("qemu_plugin_hwaddr_is_io", "\(place.isDevice)")
            Report.line("qemu_plugin_hwaddr_phys_addr") { () throws(PluginError) in
                Report.hexadecimal(try place.address)
            }
            Report.line("qemu_plugin_hwaddr_device_name") { () throws(PluginError) in
                try place.deviceName ?? "none"
            }
            return true
        }
        Report.line("qemu_plugin_get_hwaddr", "\(isKnown == true)")
    }
}
