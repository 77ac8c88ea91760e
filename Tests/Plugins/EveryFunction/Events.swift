import QEMUPluginEmbedded

extension EveryFunction: VCPUStartObserver, VCPUEndObserver, VCPUIdleObserver, VCPUResumeObserver {
    func vcpuStarted(_ vcpu: VCPU) {
        unsafe Counts.starts += 1
        if let registers = try? Register.all(of: vcpu) { unsafe Counts.registers = registers.count }
    }
    func vcpuEnded(_ index: UInt32) {
        unsafe Counts.ends += 1
        Report.line("ended", "\(index)")
    }
    func vcpuIdles(_ vcpu: VCPU) {
        unsafe Counts.idles += 1
        Report.line("idles", "\(vcpu.index) \(unsafe Counts.marks)")
    }
    func vcpuResumes(_ vcpu: VCPU) {
        unsafe Counts.resumes += 1
        Report.line("resumes", "\(vcpu.index) \(unsafe Counts.marks)")
    }
}

extension EveryFunction: SystemCallObserver, SystemCallReturnObserver, SystemCallFilter {
    /// The guest's own three calls have this for their second argument.
    private static let mark: UInt64 = 22

    func systemCallBegins(_ call: SystemCall, on vcpu: VCPU) {
        let arguments = call.arguments
        guard arguments[1] == EveryFunction.mark, arguments[2] == 33 else { return }
        let text = (0..<6).map { "\(arguments[$0])" }.joined(separator: " ")
        Report.line("qemu_plugin_register_vcpu_syscall_cb", "\(call.number) \(text)")
    }

    func systemCallReturned(_ call: SystemCallReturn, on vcpu: VCPU) {
        guard call.number == 110 else { return }  // getppid
        Report.line("qemu_plugin_register_vcpu_syscall_ret_cb", "\(call.number) \(call.result)")
    }

    func result(insteadOf call: SystemCall, on vcpu: VCPU) -> Int64? {
        guard call.arguments[1] == EveryFunction.mark, call.arguments[2] == 33 else { return nil }
        unsafe Counts.filtered += 1
        return 0x1234_5678
    }
}

extension EveryFunction: DiscontinuityObserver, FlushObserver, ExitObserver {
    func discontinued(_ discontinuity: Discontinuity, on vcpu: VCPU) {
        unsafe Counts.discontinuities += 1
        Report.line(
            "discontinuity",
            "\(discontinuity.kind.rawValue) \(Report.hexadecimal(discontinuity.from)) "
                + Report.hexadecimal(discontinuity.to))
    }

    func flushed() { unsafe Counts.flushes += 1 }

    func exits() {
        guard unsafe !Counts.hasExited else { return }
        unsafe Counts.hasExited = true
        reportCounts()
    }
}
