import Reports

/// What `covtool config` prints.
public enum ConfigurationText {
    /// Writes a file's settings, as lines or as a JSON document (Docs/config.schema.json).
    ///
    /// - Parameters:
    ///   - file: nil if there is none.
    ///   - commands: those for which it is looked at; what none of them takes is left out.
    public static func write(
        _ file: ConfigurationFile?, for commands: [some ConfigurableCommand], isJSON: Bool,
        to output: inout OutputFile
    ) {
        let lines = commands.map { command in
            (command.name, Set(file?.settings(for: command).map(\.line) ?? []))
        }
        let settings = (file?.settings ?? []).compactMap { setting in
            let names = lines.filter { $0.1.contains(setting.line) }.map(\.0)
            return names.isEmpty ? nil : (setting, names)
        }
        if isJSON {
            writeJSON(settings, of: file, to: &output)
            return
        }
        for (setting, names) in settings {
            output.write(
                """
                \(file?.path ?? ""):\(setting.line): \(setting.option.name) = \(setting.value) \
                (\(names.joined(separator: ", ")))\n
                """)
        }
    }

    private static func writeJSON(
        _ settings: [(ConfigurationFile.Setting, [String])], of file: ConfigurationFile?,
        to output: inout OutputFile
    ) {
        var json = JSONWriter(format: "covtool-config", version: 1)
        json.member("file", file?.path)
        json.beginArray("settings", .block)
        for (setting, names) in settings {
            json.beginObject()
            json.member("line", setting.line)
            json.member("option", setting.option.name)
            json.member("value", setting.value)
            json.member("commands", names)
            json.endObject()
        }
        json.endArray()
        json.end(to: &output)
    }
}
