import CQEMUPlugin

/// Where in the machine an access went, valid only inside the callback of the access.
@safe
public struct PhysicalAddress: ~Copyable {
    private let found: OpaquePointer

    init(_ found: OpaquePointer) { unsafe self.found = found }

    /// Whether it is a device and not memory (`qemu_plugin_hwaddr_is_io`).
    public var isDevice: Bool { unsafe qemu_plugin_hwaddr_is_io(found) }

    /// The physical address (`qemu_plugin_hwaddr_phys_addr`).
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before QEMU 6.2.
    public var address: UInt64 {
        get throws(PluginError) {
            try Feature.physicalAddresses.require()
            return unsafe qemu_plugin_hwaddr_phys_addr(found)
        }
    }

    /// QEMU's name of the device, "RAM" for memory (`qemu_plugin_hwaddr_device_name`); nil where it has
    /// none.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before QEMU 6.2.
    public var deviceName: String? {
        get throws(PluginError) {
            try Feature.deviceNames.require()
            guard let name = unsafe qemu_plugin_hwaddr_device_name(found) else { return nil }
            return unsafe String(cString: name)
        }
    }
}
