import QEMUPluginEmbedded

/// Lines for the test: a function's name and what was seen of it, between a tab.
enum Report {
    static func line(_ function: String, _ value: String) {
        StandardError.write(Array("\(function)\t\(value)\n".utf8))
    }

    /// What a function that not every QEMU has gives; `missing` where the library says that this one
    /// does not have it.
    static func line(_ function: String, _ value: () throws(PluginError) -> String) {
        do throws(PluginError) {
            line(function, try value())
        } catch {
            guard case .unavailable(let feature) = error,
                feature.name.utf8.elementsEqual(function.utf8)
            else { return line(function, "missing by another name") }
            line(function, "missing")
        }
    }

    static func hexadecimal(_ number: UInt64?) -> String {
        number.map { "0x" + String($0, radix: 16) } ?? "none"
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
