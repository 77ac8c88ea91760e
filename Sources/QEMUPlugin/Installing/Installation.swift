import CQEMUPlugin

/// All that QEMU hands to `qemu_plugin_install`, copied: its own strings are not kept.
public struct Installation: Sendable {
    /// What the plugin asks of QEMU as a whole.
    public let emulator: Emulator
    /// What QEMU says about itself.
    public let host: HostInformation
    /// The plugin's arguments in the order given, each `name=value`: QEMU has expanded short forms
    /// (`name` to `name=on`, `noname` to `name=off`) and taken away a leading `arg=`. See
    /// ``Argument``, which reads them.
    public let arguments: [[UInt8]]

    /// `information` must be null or valid, and `arguments` must have `count` elements.
    @unsafe
    init(
        id: UInt64, information: UnsafeRawPointer?, count: CInt, arguments: UnsafeRawPointer?
    ) throws(PluginError) {
        guard let information = unsafe information?.assumingMemoryBound(to: qemu_info_t.self)
        else { throw PluginError("QEMU says nothing about itself") }
        host = unsafe HostInformation(information.pointee)
        qemu_set_version(CInt(clamping: host.interfaceVersion))
        emulator = Emulator(id: id)
        var copies: [[UInt8]] = []
        if count > 0, let arguments = unsafe arguments {
            let texts = unsafe arguments.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
            for index in 0..<Int(count) { unsafe copies.append(bytes(ofCString: texts[index])) }
        }
        self.arguments = copies
    }

    /// Goes on where this QEMU has all of these.
    public func require(_ features: Feature...) throws(PluginError) {
        for feature in features where !feature.isThere { throw PluginError(Missing(feature)) }
    }
}
