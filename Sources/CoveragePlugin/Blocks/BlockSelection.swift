import TraceEmbedded

/// What of the run is wanted: `module=`, `exclude=`, `range=`, `start=` and `stop=`; and `jit=`, which
/// makes modules of what is none.
struct BlockSelection {
    private var modules: [PathPattern] = []
    private var excluded: [PathPattern] = []
    private var ranges: [NamedMemory.Range] = []
    /// Where recording begins and ends.
    private(set) var start: Location?
    private(set) var stop: Location?
    /// The latter as it was given.
    private var stopText: [UInt8] = []
    /// What memory with code that is in no file is called as a module; nil where it is none.
    private(set) var memoryName: [UInt8]?

    /// Whether all blocks are wanted.
    var takesAll: Bool { modules.isEmpty && excluded.isEmpty && ranges.isEmpty }
    /// Whether recording begins or ends anywhere but with the program.
    var switches: Bool { start != nil || stop != nil }

    /// Whether blocks of a module are wanted.
    func takes(module path: [UInt8]) -> Bool {
        (modules.isEmpty || modules.contains { $0.matches(path) })
            && !excluded.contains { $0.matches(path) }
    }

    /// Whether blocks in no module are wanted.
    var takesOutside: Bool { modules.isEmpty }

    /// Whether a block that begins at the address is wanted, whichever module it is in.
    func takes(address: UInt64) -> Bool {
        ranges.isEmpty || ranges.contains { $0.start <= address && address < $0.end }
    }

    /// The options, as they were given, that had nothing to select.
    ///
    /// - Parameters:
    ///   - paths: of the modules that there were.
    ///   - hasStopPlace: whether there was code at `stop=`.
    ///   - comesTo: whether code was executed between two addresses, the second exclusive.
    func unused(
        paths: [[UInt8]], hasStopPlace: Bool, comesTo: (_ start: UInt64, _ end: UInt64) -> Bool
    ) -> [[UInt8]] {
        var unused: [[UInt8]] = []
        func add(_ option: StaticString, _ value: [UInt8]) {
            var text = TextBuffer()
            text.append(option)
            text.append(value)
            unused.append(text.bytes)
        }
        for pattern in modules where !paths.contains(where: pattern.matches) {
            add("module=", pattern.text)
        }
        for pattern in excluded where !paths.contains(where: pattern.matches) {
            add("exclude=", pattern.text)
        }
        for range in ranges where !comesTo(range.start, range.end) { add("range=", range.text) }
        if !hasStopPlace { add("stop=", stopText) }
        return unused
    }

    mutating func addModule(_ pattern: [UInt8]) { modules.append(PathPattern(pattern)) }
    mutating func addExcluded(_ pattern: [UInt8]) { excluded.append(PathPattern(pattern)) }
    mutating func add(_ range: NamedMemory.Range) { ranges.append(range) }

    /// False where the value is no place.
    mutating func setStart(_ value: [UInt8]) -> Bool {
        start = Location(value)
        return start != nil
    }

    /// False where the value is no place.
    mutating func setStop(_ value: [UInt8]) -> Bool {
        stop = Location(value)
        stopText = value
        return stop != nil
    }

    /// False where the value cannot be a module's name.
    mutating func setMemoryName(_ value: [UInt8]) -> Bool {
        guard !value.contains(UInt8(ascii: "\n")) else { return false }
        memoryName = value.isText("on") ? HostPath("[jit]").bytes : value
        if value.isText("off") { memoryName = nil }
        return true
    }
}
