import CQEMUPlugin

/// Where in the machine an access went, valid only inside the callback of the access.
@safe
public struct PhysicalAddress: ~Copyable {
    /// Whether it is a device and not memory (`qemu_plugin_hwaddr_is_io`).
    public let isDevice: Bool
    private let physical: UInt64
    private let name: UnsafePointer<CChar>?

    /// All is copied at once: a thread has one place for what QEMU finds, and `found` is that.
    init(_ found: OpaquePointer) {
        isDevice = unsafe qemu_plugin_hwaddr_is_io(found)
        physical =
            Feature.physicalAddresses.isAvailable ? unsafe qemu_plugin_hwaddr_phys_addr(found) : 0
        unsafe name =
            Feature.deviceNames.isAvailable ? unsafe qemu_plugin_hwaddr_device_name(found) : nil
    }

    /// The physical address (`qemu_plugin_hwaddr_phys_addr`).
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before QEMU 6.2.
    public var address: UInt64 {
        get throws(PluginError) {
            try Feature.physicalAddresses.require()
            return physical
        }
    }

    /// QEMU's name of the device, "RAM" for memory (`qemu_plugin_hwaddr_device_name`); nil where it has
    /// none.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before QEMU 6.2.
    public var deviceName: String? {
        get throws(PluginError) {
            try Feature.deviceNames.require()
            guard let name = unsafe name else { return nil }
            return unsafe String(cString: name)
        }
    }
}
