public import Trace

extension TraceFormat {
    /// What LLVM's sanitizers write with `coverage=1`.
    public static let sancov = TraceFormat("sancov file")
}

/// Reads sancov files: 8 bytes that say how large the numbers are, and then the places of the compiler's calls that were
/// made, each as the address behind the call minus one, by the file's own addresses. Which file is in the name of the
/// sancov file alone: `FILE.PID.sancov`.
public enum SancovReader: TraceReader {
    /// sancov files.
    public static var format: TraceFormat { .sancov }

    private static let magic: UInt64 = 0xC0BF_FFFF_FFFF_FF00

    /// Whether the bytes begin with the format's number, be its high byte first or last.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool { form(bytes) != nil }

    private static func form(_ bytes: Span<UInt8>) -> (size: Int, hasHighByteFirst: Bool)? {
        guard bytes.count >= 8 else { return nil }
        for hasHighByteFirst in [false, true] {
            switch bytes.number(at: 0, size: 8, hasHighByteFirst: hasHighByteFirst) {
            case magic | 0x64: return (8, hasHighByteFirst)
            case magic | 0x32: return (4, hasHighByteFirst)
            default: continue
            }
        }
        return nil
    }

    /// The one recording that a file is, of one module without a name.
    ///
    /// - Parameter diagnose: Called if the file ends within a number.
    /// - Throws: `ReadError` where the first 8 bytes are others.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        guard let (size, hasHighByteFirst) = form(bytes) else {
            throw ReadError(cause: SancovFault.notSancov, position: .byte(0))
        }
        var places = PlaceCounter()
        var offset = 8
        while offset + size <= bytes.count {
            let address = bytes.number(at: offset, size: size, hasHighByteFirst: hasHighByteFirst)
            places.add(address &+ 1, module: 0)
            offset += size
        }
        if offset < bytes.count {
            diagnose(
                Diagnosis(
                    BinaryTraceDamage.cutShort(bytes.count - offset), at: .byte(offset)))
        }
        return [
            Recording(
                format: format, is32Bit: size == 4, names: [[]],
                places: places.places(isCounted: false, origin: .ownAddresses, ending: .jump))
        ]
    }

    /// The recordings with the module's name, which the file's has. Without it, places are addresses of no module.
    public static func completed(_ recordings: [Recording], fileName: [UInt8]) -> [Recording] {
        recordings.map { recording in
            guard var places = recording.places else { return recording }
            let name = moduleName(ofFile: fileName)
            if name == nil {
                for index in places.list.indices { places.list[index].module = Block.noModule }
            }
            return Recording(
                format: recording.format, is32Bit: recording.is32Bit,
                names: name.map { [$0] } ?? [], places: places)
        }
    }

    /// The name of the module, which is that of the file without its last two parts; nil where it has not got them.
    public static func moduleName(ofFile name: [UInt8]) -> [UInt8]? {
        let ending = Array(".sancov".utf8)
        let packed = Array(".gz".utf8)
        if name.suffix(packed.count).elementsEqual(packed) {
            return moduleName(ofFile: Array(name.dropLast(packed.count)))
        }
        guard name.count > ending.count, name.suffix(ending.count).elementsEqual(ending) else {
            return nil
        }
        let rest = name.dropLast(ending.count)
        guard let dot = rest.lastIndex(of: UInt8(ascii: ".")), dot > rest.startIndex,
            UInt64(digits: rest[(dot + 1)...], base: 10) != nil
        else { return nil }
        return Array(rest[..<dot])
    }
}

/// Why nothing of a file can be read as sancov.
public enum SancovFault: Problem {
    /// The first 8 bytes are not the format's number.
    case notSancov

    /// What is wrong, as a part of a sentence.
    public var text: String {
        "not a sancov file: it does not begin with 0xC0BFFFFFFFFFFF64 or …32"
    }
}
