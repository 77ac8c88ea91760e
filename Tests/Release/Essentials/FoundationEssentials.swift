// What the argument parser uses of FoundationEssentials, for a release: the module itself, with what it needs in turn,
// would be a third of covtool. It has the same names and writes the same JSON; `test_released` compares.

/// An error with a text of its own.
public protocol LocalizedError: Error {
    /// The text; nil for none.
    var errorDescription: String? { get }
}

extension LocalizedError {
    /// None.
    public var errorDescription: String? { nil }
}

/// Bytes, of a text in UTF-8.
public struct Data {
    fileprivate var text: String
}

extension String {
    /// An encoding of text.
    public enum Encoding: Sendable {
        /// The only one.
        case utf8
    }

    /// The bytes' text.
    public init?(data: Data, encoding: Encoding) {
        self = data.text
    }
}

/// Writes values as JSON, with the keys in order and a line for each.
public final class JSONEncoder {
    /// How it is written; it is always written with all of these.
    public struct OutputFormatting: OptionSet, Sendable {
        /// The options' bits.
        public let rawValue: Int
        /// Options of these bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// A line for each value.
        public static let prettyPrinted = OutputFormatting(rawValue: 1)
        /// Keys in order.
        public static let sortedKeys = OutputFormatting(rawValue: 2)
    }

    /// What was asked for.
    public var outputFormatting: OutputFormatting = []

    /// An encoder of no options.
    public init() {}

    /// A value's JSON.
    ///
    /// - Throws: what the value throws.
    public func encode<Value: Encodable>(_ value: Value) throws -> Data {
        let encoder = ValueEncoder(codingPath: [])
        try value.encode(to: encoder)
        return Data(text: encoder.value.text(indentation: ""))
    }
}

/// A JSON value that is being put together; what holds it holds it by reference.
private final class JSONValue {
    enum Content {
        case plain(String)
        case array([JSONValue])
        case object([String: JSONValue])
    }

    var content = Content.plain("null")

    func text(indentation: String) -> String {
        let inner = indentation + "  "
        switch content {
        case .plain(let text):
            return text
        case .array(let values):
            return JSONValue.block(
                "[", values.map { $0.text(indentation: inner) }, "]", indentation)
        case .object(let members):
            let lines = members.sorted { $0.key < $1.key }.map {
                "\(JSONValue.quoted($0.key)) : \($0.value.text(indentation: inner))"
            }
            return JSONValue.block("{", lines, "}", indentation)
        }
    }

    private static func block(
        _ start: String, _ lines: [String], _ end: String, _ indentation: String
    ) -> String {
        let inner = lines.map { "\(indentation)  \($0)" }.joined(separator: ",\n")
        return "\(start)\n\(inner)\n\(indentation)\(end)"
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "/": result += "\\/"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

private struct ValueEncoder: Encoder, SingleValueEncodingContainer {
    var value = JSONValue()
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = value.content {} else { value.content = .object([:]) }
        return KeyedEncodingContainer(ObjectEncoder<Key>(value: value, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = value.content {} else { value.content = .array([]) }
        return ArrayEncoder(value: value, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { value.content = .plain("null") }
    func encode(_ plain: Bool) { value.content = .plain("\(plain)") }
    func encode(_ plain: String) { value.content = .plain(JSONValue.quoted(plain)) }
    func encode(_ plain: Double) { value.content = .plain("\(plain)") }
    func encode(_ plain: Float) { value.content = .plain("\(plain)") }
    func encode<Plain: BinaryInteger & Encodable>(_ plain: Plain) {
        value.content = .plain("\(plain)")
    }
    func encode<Value: Encodable>(_ other: Value) throws { try other.encode(to: self) }
}

private struct ObjectEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let value: JSONValue
    let codingPath: [any CodingKey]

    private func member(_ key: any CodingKey) -> ValueEncoder {
        let encoder = ValueEncoder(codingPath: codingPath + [key])
        if case .object(var members) = value.content {
            members[key.stringValue] = encoder.value
            value.content = .object(members)
        }
        return encoder
    }

    func encodeNil(forKey key: Key) { member(key).encodeNil() }
    func encode<Value: Encodable>(_ other: Value, forKey key: Key) throws {
        try other.encode(to: member(key))
    }
    func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key)
        -> KeyedEncodingContainer<Nested>
    {
        member(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        member(key).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { ValueEncoder(value: value, codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

private struct ArrayEncoder: UnkeyedEncodingContainer {
    let value: JSONValue
    let codingPath: [any CodingKey]
    var count: Int { if case .array(let values) = value.content { values.count } else { 0 } }

    private func next() -> ValueEncoder {
        let encoder = ValueEncoder(codingPath: codingPath)
        if case .array(let values) = value.content {
            value.content = .array(values + [encoder.value])
        }
        return encoder
    }

    func encodeNil() { next().encodeNil() }
    func encode<Value: Encodable>(_ other: Value) throws { try other.encode(to: next()) }
    func nestedContainer<Nested>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        next().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
    func superEncoder() -> any Encoder { next() }
}
