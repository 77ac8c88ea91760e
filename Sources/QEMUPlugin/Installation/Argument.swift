import CQEMUPlugin

/// One of the arguments that a plugin takes, which sets something in the plugin's settings. What is
/// not given stays as it is in the settings: their first values are the defaults.
///
/// ```swift
/// enum Order { case address, count }
/// struct Settings {
///     var limit = 10
///     var order = Order.count
///     var functions: [String] = []
/// }
/// let arguments: [Argument<Settings>] = [
///     .number("limit", in: 1...1000, "how many blocks, 10") { $0.limit = $1 },
///     .choice("order", of: [("address", .address), ("count", .count)], "of lines") { $0.order = $1 },
///     .text("function", "as often as needed") { $0.functions.append($1) }.required,
/// ]
/// let settings = try installation.read(arguments, over: Settings())
/// ```
///
/// What is given several times sets several times: a closure that appends makes a list.
///
/// QEMU gives a name without a value as `name=on`, and one that begins with "no" as `name=off`: no name
/// should begin with "no".
public struct Argument<Settings>: Sendable {
    /// What stands before the equals sign.
    public let name: StaticString
    /// Which values it takes, and, in brackets, what it does.
    public let usage: [UInt8]
    let set: @Sendable (inout Settings, _ value: [UInt8]) -> Bool
    private(set) var isRequired = false

    /// The same argument, without which the plugin is not installed.
    public var required: Argument {
        var required = self
        required.isRequired = true
        return required
    }

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

    /// A whole number within a range, decimal or with 0x, behind a minus sign where the range has such.
    public static func number<Number: FixedWidthInteger & Sendable>(
        _ name: StaticString, in range: ClosedRange<Number>, _ help: StaticString,
        set: @escaping @Sendable (inout Settings, Number) -> Void
    ) -> Argument {
        let values = range.lowerBound.decimal + StaticString("...").bytes + range.upperBound.decimal
        return Argument(name, usage: usage(values, help)) { settings, value in
            guard let number = Number(argument: value), range.contains(number) else { return false }
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

    /// One of several words, each of which stands for a value, a case of an enumeration say.
    public static func choice<Value: Sendable>(
        _ name: StaticString, of words: [(word: StaticString, value: Value)], _ help: StaticString,
        set: @escaping @Sendable (inout Settings, Value) -> Void
    ) -> Argument {
        var values: [UInt8] = []
        for (word, _) in words {
            values += (values.isEmpty ? [] : [UInt8(ascii: "|")]) + word.bytes
        }
        return Argument(name, usage: usage(values, help)) { settings, value in
            guard let chosen = words.first(where: { $0.word.bytes == value }) else { return false }
            set(&settings, chosen.value)
            return true
        }
    }

    /// Arguments with what they take, on one line, as errors list them.
    public static func list(_ arguments: [Argument]) -> [UInt8] { arguments.list() }

    private static func usage(_ values: [UInt8], _ help: StaticString) -> [UInt8] {
        values + StaticString(" (").bytes + help.bytes + StaticString(")").bytes
    }
}
