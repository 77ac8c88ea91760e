import CQEMUPlugin

/// One of the arguments that a plugin takes, which sets something in the plugin's settings. What is
/// not given stays as it is in the settings: their first values are the defaults.
///
/// ```swift
/// struct Settings {
///     var limit = 10
///     var isVerbose = false
/// }
/// let arguments: [Argument<Settings>] = [
///     .number("limit", in: 1...1000, "how many blocks, 10") { $0.limit = Int($1) },
///     .flag("verbose", "say more") { $0.isVerbose = $1 },
/// ]
/// let settings = try arguments.read(installation.arguments, over: Settings())
/// ```
///
/// QEMU gives a name without a value as `name=on`, and one that begins with "no" as `name=off`: no name
/// should begin with "no".
public struct Argument<Settings>: Sendable {
    /// What stands before the equals sign.
    public let name: StaticString
    /// Which values it takes, and, in brackets, what it does.
    public let usage: [UInt8]
    let set: @Sendable (inout Settings, _ value: [UInt8]) -> Bool

    /// An argument whose value the plugin reads by itself.
    ///
    /// - Parameters:
    ///   - name: what stands before the equals sign.
    ///   - usage: which values it takes, and, in brackets, what it does.
    ///   - set: false where it does not take the value, which is never empty.
    public init(
        _ name: StaticString, _ usage: StaticString,
        set: @escaping @Sendable (_ settings: inout Settings, _ value: [UInt8]) -> Bool
    ) {
        self.init(name, usage: usage.bytes, set: set)
    }

    private init(
        _ name: StaticString, usage: [UInt8],
        set: @escaping @Sendable (inout Settings, [UInt8]) -> Bool
    ) {
        self.name = name
        self.usage = usage
        self.set = set
    }

    /// A text, as it is given.
    public static func text(
        _ name: StaticString, _ help: StaticString,
        set: @escaping @Sendable (inout Settings, String) -> Void
    ) -> Argument {
        Argument(name, usage: usage(StaticString("TEXT").bytes, help)) { settings, value in
            set(&settings, String(decoding: value, as: UTF8.self))
            return true
        }
    }

    /// A whole number, decimal or with 0x, within a range.
    public static func number(
        _ name: StaticString, in range: ClosedRange<UInt64>, _ help: StaticString,
        set: @escaping @Sendable (inout Settings, UInt64) -> Void
    ) -> Argument {
        let values = range.lowerBound.decimal + StaticString("...").bytes + range.upperBound.decimal
        return Argument(name, usage: usage(values, help)) { settings, value in
            guard let number = UInt64(argument: value), range.contains(number) else { return false }
            set(&settings, number)
            return true
        }
    }

    /// What is on or off, in all the words that QEMU has for it (`qemu_plugin_bool_parse`): also true
    /// and false, yes and no. QEMU before 6.2 knows on and off.
    public static func flag(
        _ name: StaticString, _ help: StaticString,
        set: @escaping @Sendable (inout Settings, Bool) -> Void
    ) -> Argument {
        Argument(name, usage: usage(StaticString("on|off").bytes, help)) { settings, value in
            guard let isOn = Switch.parse(value) else { return false }
            set(&settings, isOn)
            return true
        }
    }

    /// One of several words, whose place in the list is what is set.
    public static func choice(
        _ name: StaticString, of words: [StaticString], _ help: StaticString,
        set: @escaping @Sendable (inout Settings, Int) -> Void
    ) -> Argument {
        var values: [UInt8] = []
        for word in words { values += (values.isEmpty ? [] : [UInt8(ascii: "|")]) + word.bytes }
        return Argument(name, usage: usage(values, help)) { settings, value in
            guard let place = words.firstIndex(where: { $0.bytes == value }) else { return false }
            set(&settings, place)
            return true
        }
    }

    private static func usage(_ values: [UInt8], _ help: StaticString) -> [UInt8] {
        values + StaticString(" (").bytes + help.bytes + StaticString(")").bytes
    }
}
