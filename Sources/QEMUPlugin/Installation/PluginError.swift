/// Why something cannot be done: what a plugin's `init` throws, and all that the library throws.
public enum PluginError: Error {
    /// This QEMU does not have what is asked for.
    case unavailable(Feature)
    /// What is said on standard error, behind the plugin's name; bytes, since names of files can be any.
    case message([UInt8])

    /// An error in the plugin's own words.
    public init(_ text: [UInt8]) { self = .message(text) }

    /// An error in the plugin's own words, with values in them as in any string.
    public init(_ text: String) { self = .message([UInt8](text.utf8)) }

    /// One instruction, with the block that it begins, has as many callbacks as QEMU surely bears.
    public static var noRoom: PluginError {
        PluginError(StaticString("QEMU has no room for another callback of this instruction").bytes)
    }

    /// What the user reads.
    public var text: [UInt8] {
        switch self {
        case .unavailable(let feature):
            StaticString("this QEMU does not have ").bytes + feature.nameBytes
        case .message(let text): text
        }
    }

    func line(from name: StaticString) -> [UInt8] {
        name.bytes + StaticString(": ").bytes + text + StaticString("\n").bytes
    }
}

extension StaticString {
    // Many texts are put together of it, none of them often.
    var bytes: [UInt8] { @inline(never) get { withUTF8Buffer { unsafe [UInt8]($0) } } }
}
