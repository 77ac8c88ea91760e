extension Array {
    /// Reads the arguments that QEMU gives (``Installation/arguments``); of two with one name the later
    /// one wins. An error lists all that could be given.
    ///
    /// - Parameter defaults: the settings as they are where nothing is given.
    public func read<Settings>(
        _ arguments: [[UInt8]], over defaults: Settings
    ) throws(PluginError) -> Settings where Element == Argument<Settings> {
        var settings = defaults
        for argument in arguments {
            let end = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.count
            let name = [UInt8](argument[..<end])
            let value = [UInt8](argument[end...].dropFirst())
            guard let known = first(where: { $0.name.bytes == name }) else {
                throw error("unknown option '", argument, "'")
            }
            guard !value.isEmpty else { throw error("option '", name, "' needs a value") }
            guard known.set(&settings, value) else {
                throw error("option '", name, "' does not take '", value, "'")
            }
        }
        return settings
    }

    /// All arguments with what they take, on one line.
    public func list<Settings>() -> [UInt8] where Element == Argument<Settings> {
        var text: [UInt8] = []
        for argument in self {
            if !text.isEmpty { text += StaticString(", ").bytes }
            text += argument.name.bytes
            text.append(UInt8(ascii: "="))
            text += argument.usage
        }
        return text
    }

    private func error<Settings>(
        _ before: StaticString, _ name: [UInt8], _ between: StaticString, _ value: [UInt8] = [],
        _ after: StaticString = ""
    ) -> PluginError where Element == Argument<Settings> {
        PluginError(
            before.bytes + name + between.bytes + value + after.bytes
                + StaticString("; options: ").bytes + list())
    }
}
