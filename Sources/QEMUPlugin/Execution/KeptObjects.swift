import CQEMUPlugin

/// The objects that callbacks know by their address, each as often as it was registered.
enum KeptObjects {
    nonisolated(unsafe) private static var objects: [AnyObject] = []

    /// The word by which a callback finds the object. Called during translation, by several threads in
    /// system emulation.
    static func keep(_ object: AnyObject) -> UInt {
        qemu_keep_lock()
        unsafe objects.append(object)
        qemu_keep_unlock()
        return unsafe UInt(bitPattern: Unmanaged.passUnretained(object).toOpaque())
    }

    /// QEMU has forgotten all translated code, and no vCPU executes.
    static func releaseAll() {
        qemu_keep_lock()
        let released = unsafe objects
        unsafe objects = []
        qemu_keep_unlock()
        // Here and not under the lock: an object's end can be code of the plugin's.
        _ = released
    }
}
