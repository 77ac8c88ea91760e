import CHost

/// The objects that callbacks know by their address, each as often as it was registered.
enum RetainedObjects {
    nonisolated(unsafe) private static var objects: [AnyObject] = []

    /// The word by which a callback finds the object. Called during translation, by several threads in
    /// system emulation.
    static func retain(_ object: AnyObject) -> UInt {
        host_library_lock()
        unsafe objects.append(object)
        host_library_unlock()
        return unsafe UInt(bitPattern: Unmanaged.passUnretained(object).toOpaque())
    }

    /// QEMU has forgotten all translated code, and no vCPU executes.
    static func releaseAll() {
        host_library_lock()
        let released = unsafe objects
        unsafe objects = []
        host_library_unlock()
        // Here and not under the lock: an object's end can be code of the plugin's.
        _ = released
    }
}
