import CQEMUPlugin

/// The objects that callbacks know by their address, each as often as it was registered.
enum KeptObjects {
    nonisolated(unsafe) private static var objects: [AnyObject] = []
    nonisolated(unsafe) private static var watchesFlushes = false
    nonisolated(unsafe) static var emulator: Emulator?

    /// The word by which a callback finds the object. Called during translation, by several threads in
    /// system emulation.
    static func keep(_ object: AnyObject) -> UInt {
        qemu_keep_lock()
        unsafe objects.append(object)
        let isFirst = unsafe !watchesFlushes
        unsafe watchesFlushes = true
        qemu_keep_unlock()
        if isFirst, let emulator = unsafe emulator { registerFlush(emulator) }
        return unsafe UInt(bitPattern: Unmanaged.passUnretained(object).toOpaque())
    }

    /// QEMU has forgotten all translated code, and no vCPU executes.
    static func releaseAll() { release(andFlushWatch: false) }

    /// QEMU has forgotten the callbacks too.
    static func reset() { release(andFlushWatch: true) }

    private static func release(andFlushWatch forgetsWatch: Bool) {
        qemu_keep_lock()
        let released = unsafe objects
        unsafe objects = []
        if forgetsWatch { unsafe watchesFlushes = false }
        qemu_keep_unlock()
        // Here and not under the lock: an object's end can be code of the plugin's.
        _ = released
    }
}
