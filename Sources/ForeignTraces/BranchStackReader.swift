public import Trace

extension TraceFormat {
    /// What `perf script -F brstack` prints.
    public static let branchStacks = TraceFormat("perf branch-stack list")
}

/// Reads branch stacks as `perf script` prints them (`-F brstack`, with whatever else is on the lines): `FROM/TO/…`, the
/// newest branch first. Between where a branch led and where the next one left, all was executed. With `-F brstack,dso`
/// each address has its file in brackets behind it.
public enum BranchStackReader: TraceReader {
    /// perf's branch stacks.
    public static var format: TraceFormat { .branchStacks }

    /// Whether most of the first lines have a branch, or say what a stack belongs to, and the first branch is among the
    /// first lines.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        TextLines.areEntries(bytes) { line in
            var isAny = false
            forEachBranch(of: line, bytes) { isAny = isAny || $0 != nil }
            return isAny
        }
    }

    /// The one recording that a list is.
    ///
    /// - Parameter diagnose: Called for lines with branches that cannot be read.
    /// - Throws: `ReadError` where there is none.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        var lines = TextLines()
        var places = PlaceCounter()
        var bad = LeftOutLines()
        var isAny = false
        while let line = lines.next(bytes) {
            guard !TextLines.isSilent(line, bytes) else { continue }
            // Where the branch after this one left.
            var left: UInt64?
            var isBad = false
            forEachBranch(of: line, bytes) { branch in
                guard let branch else {
                    // From what is before it to what is behind it other branches have led.
                    isBad = true
                    if let left { places.add(left) }
                    left = nil
                    return
                }
                isAny = true
                if let left {
                    // The branch is one more instruction, of which the file says how long it is.
                    places.add(left)
                    if left > branch.target, left - branch.target <= largest {
                        places.add(branch.target, size: UInt32(left - branch.target))
                    }
                }
                // How far the newest one led is not known.
                if left == nil { places.add(branch.target, size: 1) }
                left = branch.source
            }
            if let left { places.add(left) }
            if isBad { bad.add(lines.position) }
        }
        bad.report(BranchStackDamage.noBranch, diagnose)
        guard isAny else {
            throw ReadError(cause: BranchStackFault.nothing, position: lines.position)
        }
        return [
            Recording(
                format: format, places: places.places(isCounted: false, ending: .branch),
                lacks: [.samples])
        ]
    }

    /// Code without a branch that is longer is none.
    private static let largest: UInt64 = 1 << 15

    private struct SampledBranch {
        var source: UInt64
        var target: UInt64
    }

    /// Calls `body` with each `0xFROM/0xTO/…` of a line, and with nil for what was one and is damaged.
    private static func forEachBranch(
        of line: Range<Int>, _ bytes: Span<UInt8>, _ body: (SampledBranch?) -> Void
    ) {
        var place = line.lowerBound
        while place < line.upperBound {
            var end = place
            while end < line.upperBound, bytes[end] > 0x20 { end += 1 }
            if let branch = branch(place..<end, bytes) {
                body(branch)
            } else if isDamaged(place..<end, bytes, isFirst: place == line.lowerBound) {
                body(nil)
            }
            place = end + 1
        }
    }

    /// Whether a word that is no branch has what only branches have: an address and a slash.
    private static func isDamaged(_ word: Range<Int>, _ bytes: Span<UInt8>, isFirst: Bool) -> Bool {
        let slashes = word.filter { bytes[$0] == UInt8(ascii: "/") }
        let isAddress = bytes.has("0x", at: word.lowerBound, in: word)
        // Behind what a line begins with, an address can be that of the sample.
        return isAddress && (isFirst || !slashes.isEmpty)
            || slashes.contains { bytes.has("/0x", at: $0, in: word) }
    }

    private static func branch(_ word: Range<Int>, _ bytes: Span<UInt8>) -> SampledBranch? {
        guard let (source, next) = address(word, bytes),
            bytes.has("/", at: next, in: word),
            let (target, end) = address(next + 1..<word.upperBound, bytes),
            bytes.has("/", at: end, in: word), end + 1 < word.upperBound,
            [UInt8(ascii: "M"), UInt8(ascii: "P"), UInt8(ascii: "N"), UInt8(ascii: "-")]
                .contains(bytes[end + 1])
        else { return nil }
        return SampledBranch(source: source, target: target)
    }

    /// An address, and where what stands behind it begins, its file left out.
    private static func address(_ range: Range<Int>, _ bytes: Span<UInt8>) -> (UInt64, Int)? {
        guard bytes.has("0x", at: range.lowerBound, in: range),
            let (value, end) = bytes.number(at: range.lowerBound + 2, in: range, base: 16)
        else { return nil }
        guard bytes.has("(", at: end, in: range) else { return (value, end) }
        guard let close = range[end...].first(where: { bytes[$0] == UInt8(ascii: ")") }) else {
            return nil
        }
        return (value, close + 1)
    }
}

/// What of a list of branch stacks is damaged.
public enum BranchStackDamage: Damage {
    /// Lines with branches that are none, the first of them at the place: these branches are left out.
    case noBranch(Int)

    /// What is damaged, as a part of a sentence.
    public var text: String {
        switch self {
        case .noBranch(1): "not a branch ('0xFROM/0xTO/…')"
        case .noBranch(let count): "the first of \(count) lines with branches that are none"
        }
    }

    /// What was done about it.
    public var treatment: String { "left out" }
}

/// Why nothing of a list of branch stacks can be read.
public enum BranchStackFault: Problem {
    /// There is no branch.
    case nothing

    /// What is wrong, as a part of a sentence.
    public var text: String { "no branch ('0xFROM/0xTO/…') in the list" }
}
