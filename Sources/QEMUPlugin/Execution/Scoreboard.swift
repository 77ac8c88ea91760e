public import CQEMUPlugin

/// An array of values of which each vCPU has its own copy, in QEMU's memory
/// (`qemu_plugin_scoreboard_new`): from interface version 2 on.
///
/// It begins with all bytes zero, which must be a value of the type. It lives until ``free()``.
///
/// In user mode QEMU moves all scoreboards when a thread begins that is one more than 16, 32, 64 and so on; no vCPU
/// executes then, but other threads can be in callbacks of system calls. There, and where a vCPU begins or ends,
/// values are read and written under a lock of QEMU's: no lock of the plugin's may be held that a callback of
/// executed code or of translation takes too.
@safe
public struct Scoreboard<Element: BitwiseCopyable>: BitwiseCopyable, @unchecked Sendable {
    /// The number of values that each vCPU has.
    public let count: Int
    @usableFromInline let score: OpaquePointer

    /// Nil where `count`, how many values each vCPU has, is not positive, or too large.
    ///
    /// QEMU takes room for 16 vCPUs at once, and touches it: 2 GiB at most. It takes twice as much with the 17th
    /// vCPU, and again with the 33rd and so on, and ends where that is more than there is, or 4 GiB. On QEMU
    /// 9.0 a scoreboard that is made while a vCPU is the seventeenth can stop QEMU for good.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 2.
    public init?(count: Int = 1) throws(PluginError) {
        try Feature.scoreboards.require()
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard count > 0, !overflow, bytes > 0, bytes < Int(Int32.max) / 16,
            let score = unsafe qemu_plugin_scoreboard_new(bytes)
        else { return nil }
        qemu_note_scores()
        self.count = count
        unsafe self.score = score
    }

    /// The value at an index of a vCPU. Nil for an index beyond ``count`` and a vCPU that was never
    /// there, and then nothing is set. Other threads may write their own vCPU's values meanwhile.
    public subscript(vcpu: UInt32, index: Int = 0) -> Element? {
        get {
            guard qemu_is_outside() else { return value(of: vcpu, index) }
            var value: Element?
            whileScoresStay { value = self.value(of: vcpu, index) }
            return value
        }
        nonmutating set {
            guard let newValue else { return }
            guard qemu_is_outside() else { return set(newValue, of: vcpu, index) }
            whileScoresStay { set(newValue, of: vcpu, index) }
        }
    }

    /// A vCPU's ``count`` values, unchecked (`qemu_plugin_scoreboard_find`). The vCPU must be there. QEMU
    /// moves them when there are more vCPUs than ever before, with no vCPU executing: ask each time, and not in
    /// callbacks of system calls nor where a vCPU begins or ends.
    @unsafe
    @inlinable
    public func values(of vcpu: UInt32) -> UnsafeMutablePointer<Element> {
        unsafe qemu_plugin_scoreboard_find(score, vcpu).assumingMemoryBound(to: Element.self)
    }

    /// The 64-bit number at an index (QEMU's `qemu_plugin_scoreboard_u64`). Nil where there is none: it must lie
    /// inside and be aligned to 8 bytes. `offset` is in bytes, into an element that is larger
    /// (`qemu_plugin_scoreboard_u64_in_struct`).
    public func entry(_ index: Int = 0, offset: Int = 0) -> VCPUEntry? {
        let stride = MemoryLayout<Element>.stride
        guard index >= 0, index < count, offset >= 0, stride >= 8, offset <= stride - 8,
            (index * stride + offset) % 8 == 0
        else { return nil }
        return unsafe VCPUEntry(score, offset: index * stride + offset)
    }

    /// Gives the memory back (`qemu_plugin_scoreboard_free`). Nothing that is translated may have to do
    /// with the scoreboard any more, and no copy of it or of its entries may be used.
    @unsafe
    public func free() { unsafe qemu_plugin_scoreboard_free(score) }

    private func value(of vcpu: UInt32, _ index: Int) -> Element? {
        isInside(vcpu, index) ? unsafe values(of: vcpu)[index] : nil
    }

    private func set(_ value: Element, of vcpu: UInt32, _ index: Int) {
        if isInside(vcpu, index) { unsafe values(of: vcpu)[index] = value }
    }

    private func isInside(_ vcpu: UInt32, _ index: Int) -> Bool {
        index >= 0 && index < count && vcpu < UInt32(clamping: qemu_plugin_num_vcpus())
    }
}

/// Calls `body` while QEMU does not move scoreboards; where a vCPU executes, it does not anyway.
func whileScoresStay(_ body: () -> Void) {
    withoutActuallyEscaping(body) { body in
        unsafe withUnsafePointer(to: body) { body in
            unsafe qemu_while_scores_stay(
                { body in unsafe body?.assumingMemoryBound(to: (() -> Void).self).pointee() },
                UnsafeMutableRawPointer(mutating: body))
        }
    }
}
