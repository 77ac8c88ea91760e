public import Trace

extension TraceFormat {
    /// Lines `MODULE+OFFSET`.
    public static let moduleOffsets = TraceFormat("module+offset list")
}

/// Reads lists of module and offset, a line each, as Lighthouse, wtf and Snapchange have them: the module's name, `+`,
/// and the bytes from the module's base in hexadecimal digits. Empty lines say nothing, nor do those that begin with
/// `;` or `#`. A place that is there several times was executed as often.
public enum ModuleOffsetReader: TraceReader {
    /// Lists of module and offset.
    public static var format: TraceFormat { .moduleOffsets }

    /// Whether the bytes begin with such lines.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        TextLines.areEntries(bytes) { entry($0, bytes) != nil }
    }

    /// The one recording that a list is.
    ///
    /// - Parameter diagnose: Called for lines that are something else.
    /// - Throws: `ReadError` where all are.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        var lines = TextLines()
        var places = PlaceCounter()
        var names: [[UInt8]] = []
        var ids: [[UInt8]: UInt16] = [:]
        var last: (name: Range<Int>, id: UInt16)?
        var (bad, late) = (LeftOutLines(), LeftOutLines())
        var found = 0
        while let line = lines.next(bytes) {
            guard !TextLines.isSilent(line, bytes) else { continue }
            guard let (name, offset) = entry(line, bytes) else {
                bad.add(lines.position)
                continue
            }
            found += 1
            // Mostly the name of the line before.
            if let known = last, isSame(known.name, name, bytes) {
                places.add(offset, module: known.id)
                continue
            }
            let text = bytes.array(name)
            if ids[text] == nil {
                guard names.count < Block.mostModules else {
                    late.add(lines.position)
                    continue
                }
                ids[text] = UInt16(names.count)
                names.append(text)
            }
            guard let id = ids[text] else { continue }
            last = (name, id)
            places.add(offset, module: id)
        }
        bad.report(ListDamage.notOffsets, diagnose)
        late.report(ListDamage.tooManyModules, diagnose)
        guard found > 0 else { throw ReadError(cause: ListFault.noOffset, position: bad.first) }
        return [Recording(format: format, names: names, places: places.places())]
    }

    /// The name and the offset of a line; nil of another line. A name can have a `+` itself.
    private static func entry(_ line: Range<Int>, _ bytes: Span<UInt8>) -> (Range<Int>, UInt64)? {
        guard let plus = line.last(where: { bytes[$0] == UInt8(ascii: "+") }),
            plus > line.lowerBound, let offset = bytes.hexadecimal(plus + 1..<line.upperBound),
            offset >> 32 == 0
        else { return nil }
        let name = line.lowerBound..<plus
        guard name.allSatisfy({ bytes[$0] >= 0x20 && bytes[$0] != 0x7F }) else { return nil }
        return (name, offset)
    }

    private static func isSame(_ one: Range<Int>, _ other: Range<Int>, _ bytes: Span<UInt8>)
        -> Bool
    {
        one.count == other.count && zip(one, other).allSatisfy { bytes[$0] == bytes[$1] }
    }
}
