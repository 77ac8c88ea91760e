import CQEMUPlugin

/// What is on or off.
enum Switch {
    /// Nil where the text is neither.
    static func parse(_ value: [UInt8]) -> Bool? {
        guard Feature.switchParsing.isAvailable else {
            if value == StaticString("on").bytes { return true }
            return value == StaticString("off").bytes ? false : nil
        }
        var isOn = false
        let text = value.map { CChar(bitPattern: $0) } + [0]
        return unsafe qemu_plugin_bool_parse("", text, &isOn) ? isOn : nil
    }
}
