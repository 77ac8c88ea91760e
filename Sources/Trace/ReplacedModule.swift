/// How a module is named whose file is not the one at its path any more: another build was put there
/// while the program ran.
public enum ReplacedModule {
    /// `PATH (replaced BUILD-ID)`, the build-id in hexadecimal digits; where there is none,
    /// `PATH (replaced)` for the first, `PATH (replaced #2)` for the second.
    public static func path(_ path: [UInt8], buildID: [UInt8], number: Int) -> [UInt8] {
        var text = TextBuffer()
        text.append(" (replaced")
        if !buildID.isEmpty {
            text.append(" ")
            for byte in buildID { text.append(hex: UInt64(byte), width: 2) }
        } else if number > 1 {
            text.append(" #")
            text.append(decimal: number)
        }
        text.append(")")
        return path + text.bytes
    }
}
