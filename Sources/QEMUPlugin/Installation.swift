public import CQEMUPlugin

/// All that QEMU hands to `qemu_plugin_install`, copied: its own strings are not kept.
public struct Installation: Sendable {
    /// The plugin's handle, through which callbacks are registered.
    public let plugin: Plugin
    /// What QEMU says about itself.
    public let host: HostInformation
    /// The plugin's arguments in the order given, each `name=value`: QEMU has expanded short forms
    /// (`name` to `name=on`, `noname` to `name=off`) and taken away a leading `arg=`.
    public let arguments: [[UInt8]]

    /// Takes the parameters of `qemu_plugin_install` as they come; nil where QEMU gave no
    /// information about itself.
    ///
    /// `information` must be null or valid, and `arguments` must have `count` elements.
    @unsafe
    public init?(
        id: UInt64, information: UnsafePointer<qemu_info_t>?, count: CInt,
        arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) {
        guard let information = unsafe information else { return nil }
        host = unsafe HostInformation(information.pointee)
        plugin = Plugin(id: id, callbacksCarryID: host.interfaceVersion < 7)
        var copies: [[UInt8]] = []
        if let arguments = unsafe arguments, count > 0 {
            for index in 0..<Int(count) { unsafe copies.append(bytes(ofCString: arguments[index])) }
        }
        self.arguments = copies
    }
}
