extension Array {
    func read<Settings>(
        _ arguments: [[UInt8]], over defaults: Settings
    ) throws(PluginError) -> Settings where Element == Argument<Settings> {
        var settings = defaults
        var needed = filter { $0.isRequired }
        for argument in arguments {
            let end = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.count
            let name = [UInt8](argument[..<end])
            let value = [UInt8](argument[end...].dropFirst())
            guard let known = first(where: { $0.name.bytes == name }) else {
                throw error("unknown option '", argument, "'")
            }
            needed.removeAll { $0.name.bytes == name }
            guard !value.isEmpty else { throw error("option '", name, "' needs a value") }
            guard known.set(&settings, value) else {
                throw error("option '", name, "' does not take '", value, "'")
            }
        }
        if let first = needed.first { throw error("option '", first.name.bytes, "' is needed") }
        return settings
    }

    func list<Settings>() -> [UInt8] where Element == Argument<Settings> {
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
