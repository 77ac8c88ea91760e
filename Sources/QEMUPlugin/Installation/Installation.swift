import CQEMUPlugin

/// All that QEMU hands to a plugin when it installs it, copied: its own strings are not kept.
public struct Installation: Sendable {
    /// What the plugin asks of QEMU as a whole.
    public let emulator: Emulator
    /// What QEMU says about itself.
    public let host: HostInformation
    private let given: [[UInt8]]

    /// Whether the plugin has looked at its arguments. Used at install alone, on one thread.
    nonisolated(unsafe) private static var areArgumentsRead = false

    init(_ call: InstallCall) throws(PluginError) {
        let arguments = unsafe call.arguments
        let call = unsafe arguments.pointee
        guard let information = unsafe call.information else {
            throw PluginError(StaticString("QEMU says nothing about itself").bytes)
        }
        host = unsafe HostInformation(information.pointee)
        unsafe qemu_set_host(arguments)
        emulator = unsafe Emulator(id: call.id)
        var copies: [[UInt8]] = []
        if let texts = unsafe call.arguments {
            for index in 0..<max(0, unsafe Int(call.count)) {
                unsafe copies.append(bytes(ofCString: texts[index]))
            }
        }
        given = copies
    }

    /// The plugin's arguments in the order given, each `name=value`: QEMU has expanded short forms
    /// (`name` to `name=on`, `noname` to `name=off`) and taken away a leading `arg=`.
    ///
    /// ``read(_:over:)`` makes settings of them. A plugin that does neither takes none, and QEMU ends where
    /// some are given.
    public var arguments: [[UInt8]] {
        unsafe Installation.areArgumentsRead = true
        return given
    }

    /// Makes settings of the arguments; see ``Argument``. Of two with one name the later one wins, unless its
    /// closure adds to what the earlier one has set.
    ///
    /// - Parameters:
    ///   - known: all arguments that the plugin takes.
    ///   - defaults: the settings as they are where nothing is given.
    /// - Throws: ``PluginError/message(_:)`` for an argument that is not known, or whose value is not taken,
    ///   or that is needed and not given. It says what the argument takes; of one that is not known, which
    ///   is near to it, and all that could be given.
    public func read<Settings>(
        _ known: [Argument<Settings>], over defaults: Settings
    ) throws(PluginError) -> Settings {
        try known.read(arguments, over: defaults)
    }

    /// Goes on where this QEMU has all of these.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` with the first that it does not have.
    public func require(_ features: Feature...) throws(PluginError) {
        for feature in features { try feature.require() }
    }

    func refuseUnread() throws(PluginError) {
        guard unsafe !Installation.areArgumentsRead, let first = given.first else { return }
        throw PluginError(
            StaticString("unknown option '").bytes + first
                + StaticString("'; this plugin takes none").bytes)
    }
}
