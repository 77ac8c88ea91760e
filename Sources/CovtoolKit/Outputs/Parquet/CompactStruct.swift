import Coverage

/// A structure in Thrift's compact protocol, in which Parquet has its metadata. Fields are set by ascending number.
struct CompactStruct {
    private enum Kind: UInt8 {
        case number32 = 5
        case number64 = 6
        case bytes = 8
        case list = 9
        case structure = 12
    }

    private var fields: [UInt8] = []
    private var last = 0

    /// Its bytes, with the end.
    var bytes: [UInt8] { fields + [0] }

    /// Sets a field that is a number of 32 bits, as the values of enumerations are.
    mutating func set(_ field: Int, number32 number: Int) {
        begin(field, .number32)
        append(number)
    }

    /// Sets a field that is a number of 64 bits.
    mutating func set(_ field: Int, number64 number: Int) {
        begin(field, .number64)
        append(number)
    }

    /// Sets a field that is text or bytes.
    mutating func set(_ field: Int, _ bytes: some Collection<UInt8>) {
        begin(field, .bytes)
        append(bytes)
    }

    /// Sets a field that is a structure.
    mutating func set(_ field: Int, _ structure: CompactStruct) {
        begin(field, .structure)
        fields += structure.bytes
    }

    /// Sets a field that is a list of structures.
    mutating func set(_ field: Int, _ list: [CompactStruct]) {
        begin(field, .list)
        beginList(list.count, .structure)
        for structure in list { fields += structure.bytes }
    }

    /// Sets a field that is a list of numbers of 32 bits.
    mutating func set(_ field: Int, numbers: [Int]) {
        begin(field, .list)
        beginList(numbers.count, .number32)
        for number in numbers { append(number) }
    }

    /// Sets a field that is a list of texts.
    mutating func set(_ field: Int, texts: [String]) {
        begin(field, .list)
        beginList(texts.count, .bytes)
        for text in texts { append(text.utf8) }
    }

    private mutating func begin(_ field: Int, _ kind: Kind) {
        // No field here is 16 or more behind the one before it.
        fields.append(UInt8(field - last) << 4 | kind.rawValue)
        last = field
    }

    private mutating func beginList(_ count: Int, _ kind: Kind) {
        guard count >= 15 else {
            fields.append(UInt8(count) << 4 | kind.rawValue)
            return
        }
        fields.append(0xF0 | kind.rawValue)
        VariableNumber.append(UInt64(count), to: &fields)
    }

    private mutating func append(_ number: Int) {
        VariableNumber.append(zigzag: Int64(number), to: &fields)
    }

    private mutating func append(_ bytes: some Collection<UInt8>) {
        VariableNumber.append(UInt64(bytes.count), to: &fields)
        fields += bytes
    }
}

extension VariableNumber {
    /// Appends a number that can be below 0: those near 0 are short.
    static func append(zigzag number: Int64, to bytes: inout [UInt8]) {
        append(UInt64(bitPattern: number << 1 ^ number >> 63), to: &bytes)
    }
}
