/// Why a plugin cannot be installed, for the user to read.
public struct PluginError: Error {
    /// What is said on standard error, behind the plugin's name; bytes, since names of files can be any.
    public let text: [UInt8]

    /// An error in the plugin's own words.
    public init(_ text: [UInt8]) { self.text = text }

    /// An error in the plugin's own words.
    public init(_ text: StaticString) { self.text = text.bytes }

    /// QEMU does not have what the plugin needs.
    public init(_ missing: Missing) {
        text =
            StaticString("this QEMU does not have ").bytes
            + missing.feature.functionNameBytes
    }

    func line(from name: StaticString) -> [UInt8] {
        name.bytes + StaticString(": ").bytes + text + StaticString("\n").bytes
    }
}

extension StaticString {
    var bytes: [UInt8] { withUTF8Buffer { unsafe [UInt8]($0) } }
}
