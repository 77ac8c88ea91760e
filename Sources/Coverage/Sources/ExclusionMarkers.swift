import Trace

/// The words in a source file that leave lines out of reports, as geninfo knows them (its man page,
/// "Exclusion markers").
///
/// `LCOV_EXCL_LINE` leaves out its line, `LCOV_EXCL_START` all lines from its own to the one before
/// `LCOV_EXCL_STOP`; the same with `UNREACHABLE` is for lines that are believed never to run, with
/// `EXCL_BR` for branches alone.
public struct ExclusionMarkers: Equatable, Sendable {
    /// Why a line is left out.
    public enum Kind: String, CaseIterable, Sendable {
        /// It is of no interest.
        case excluded = "EXCL"
        /// It is believed never to be executed.
        case unreachable = "UNREACHABLE"
        /// Its branches are of no interest.
        case branchExcluded = "EXCL_BR"
    }

    /// A marker that does not fit the others.
    public struct Misfit: Equatable, Sendable {
        /// What is wrong with it.
        public enum Reason: Equatable, Sendable {
            /// A STOP without a START before it.
            case neverStarted
            /// A START without a STOP behind it: the rest of the file is taken.
            case neverStopped
            /// A START inside of what began at another line: it changes nothing.
            case insideOf(line: Int)
        }

        /// The marker's line, from 1.
        public var line: Int
        /// The marker's kind.
        public var kind: Kind
        /// What is wrong with it.
        public var reason: Reason
    }

    /// Lines that are marked.
    private struct Part: Equatable {
        var lines: Range<Int>
        /// Whether the line behind them has the STOP that ends them.
        var hasStop: Bool
    }

    /// What does not fit, by line.
    public private(set) var misfits: [Misfit] = []
    /// The number of lines in the file; 0 where it has no marker.
    public private(set) var lineCount = 0
    /// The parts of each kind, ascending.
    private var parts: [Kind: [Part]] = [:]
    /// What is looked for.
    private let kinds: [Kind]
    /// The lines of the STARTs that have had no STOP yet.
    private var open: [Kind: Int] = [:]

    /// Finds the markers in a file's bytes.
    ///
    /// - Parameter hasBranches: whether those for branches alone are looked for as well.
    public init(_ source: Span<UInt8>, hasBranches: Bool = false) {
        kinds = Kind.allCases.filter { hasBranches || $0 != .branchExcluded }
        guard MarkerWord.isAny(in: source) else { return }
        var found: [MarkerWord] = []
        var place = 0
        while place < source.count {
            let byte = source[place]
            if byte == UInt8(ascii: "L"), let word = MarkerWord.standing(at: place, in: source),
                kinds.contains(word.kind)
            {
                found.append(word)
            }
            place += 1
            guard byte == UInt8(ascii: "\n") || place == source.count else { continue }
            lineCount += 1
            if !found.isEmpty { takeLine(found) }
            found.removeAll(keepingCapacity: true)
        }
        for (kind, start) in open {
            parts[kind, default: []].append(Part(lines: start..<Int.max, hasStop: false))
            misfits.append(Misfit(line: start, kind: kind, reason: .neverStopped))
        }
        misfits.sort { ($0.line, $0.kind.rawValue) < ($1.line, $1.kind.rawValue) }
    }

    /// Whether the file has no marker.
    public var isEmpty: Bool { parts.isEmpty && misfits.isEmpty }

    /// Whether a line is marked.
    public func marks(_ line: Int, as kind: Kind) -> Bool {
        guard let own = parts[kind] else { return false }
        let next = own.partitioningIndex { $0.lines.lowerBound > line }
        return next > 0 && own[next - 1].lines.contains(line)
    }

    /// The markers that an older version of the file had: those on lines that are the same.
    ///
    /// - Parameter mapping: which lines are.
    public func before(_ mapping: LineMapping) -> ExclusionMarkers {
        var old = self
        (old.misfits, old.parts) = ([], [:])
        for (kind, own) in parts {
            let known = own.compactMap { part in
                mapping.oldLine(of: part.lines.lowerBound).flatMap { start -> Part? in
                    var end: Int? = part.lines.count == 1 ? start + 1 : .max
                    if part.hasStop { end = mapping.oldLine(of: part.lines.upperBound) }
                    return end.map { Part(lines: start..<$0, hasStop: part.hasStop) }
                }
            }
            if !known.isEmpty { old.parts[kind] = known }
        }
        return old
    }

    /// Takes the words of the line whose number is `lineCount`. Where a line has a STOP and a START,
    /// the STOP alone counts, as with geninfo.
    private mutating func takeLine(_ found: [MarkerWord]) {
        for kind in kinds {
            let roles = found.filter { $0.kind == kind }.map(\.role)
            if roles.contains(.stop) {
                if let start = open.removeValue(forKey: kind) {
                    parts[kind, default: []].append(
                        Part(lines: start..<lineCount, hasStop: true))
                } else {
                    misfits.append(Misfit(line: lineCount, kind: kind, reason: .neverStarted))
                }
            } else if roles.contains(.start) {
                if let start = open[kind] {
                    misfits.append(
                        Misfit(line: lineCount, kind: kind, reason: .insideOf(line: start)))
                } else {
                    open[kind] = lineCount
                }
            }
            if roles.contains(.line), open[kind] == nil {
                parts[kind, default: []].append(
                    Part(lines: lineCount..<lineCount + 1, hasStop: false))
            }
        }
    }
}

/// One of the nine words.
private struct MarkerWord: Sendable {
    enum Role: String, CaseIterable, Sendable {
        case line = "LINE"
        case start = "START"
        case stop = "STOP"
    }

    var kind: ExclusionMarkers.Kind
    var role: Role
    var bytes: [UInt8]

    private static let all = ExclusionMarkers.Kind.allCases.flatMap { kind in
        Role.allCases.map { role in
            let text = "LCOV_\(kind.rawValue)_\(role.rawValue)"
            return MarkerWord(kind: kind, role: role, bytes: Array(text.utf8))
        }
    }

    /// Whether `LCOV_` stands anywhere. Most sources have no marker, and this looks at every fifth of
    /// their bytes alone, or little more.
    static func isAny(in source: Span<UInt8>) -> Bool {
        var last = 4
        while last < source.count {
            switch source[last] {
            case UInt8(ascii: "_"):
                if (0..<5).allSatisfy({ source[last - 4 + $0] == prefix[$0] }) { return true }
                last += 5
            case UInt8(ascii: "L"): last += 4
            case UInt8(ascii: "C"): last += 3
            case UInt8(ascii: "O"): last += 2
            case UInt8(ascii: "V"): last += 1
            default: last += 5
            }
        }
        return false
    }

    private static let prefix = Array("LCOV_".utf8)

    static func standing(at place: Int, in source: Span<UInt8>) -> MarkerWord? {
        all.first { word in
            guard word.bytes.count <= source.count - place else { return false }
            return word.bytes.indices.allSatisfy { source[place + $0] == word.bytes[$0] }
        }
    }
}

extension SourceCoverage.File {
    /// Takes away the lines that are marked in the source, and the functions that are declared on such
    /// lines. What is marked as unreachable but was executed stays, since the marker is wrong there.
    ///
    /// - Returns: the lines that are marked as unreachable and were executed, ascending.
    public mutating func leaveOut(_ markers: ExclusionMarkers) -> [Int] {
        func stays(_ line: Int, _ hits: Int) -> Bool {
            !markers.marks(line, as: .excluded)
                && (hits > 0 || !markers.marks(line, as: .unreachable))
        }
        lines.removeAll { !stays($0.line, $0.hits) }
        functions.removeAll { !stays($0.line, $0.hits) }
        lineCount = SourceCoverage.Count(
            found: lines.count, hit: lines.reduce(0) { $0 + ($1.hits > 0 ? 1 : 0) })
        functionCount = SourceCoverage.Count(
            found: functions.count, hit: functions.reduce(0) { $0 + ($1.hits > 0 ? 1 : 0) })
        if !branches.isEmpty {
            let known = Set(lines.map(\.line))
            branches.removeAll {
                !known.contains($0.line) || markers.marks($0.line, as: .branchExcluded)
            }
            (branchCount, unknownBranches) = SourceCoverage.Branch.counts(branches)
        }
        return lines.map(\.line).filter { markers.marks($0, as: .unreachable) }
    }
}
