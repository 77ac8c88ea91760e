public import Coverage

/// A source file with how often each line was executed beside it: `LINE|COUNT|TEXT`.
///
/// Lines without code have no count; lines that were missed have `#####`, as gcov marks them, so that
/// they can be looked for.
public struct SourceListing: Sendable {
    private static let missed = "#####"
    /// Lines up to 99999, and `#####`.
    private static let least = 5

    /// For a terminal or not.
    public var style = TextStyle()

    /// Listings for a file.
    public init() {}

    /// Writes a file.
    ///
    /// - Parameters:
    ///   - source: what the file holds, in any encoding; nil where it cannot be read, which leaves the
    ///     lines that have code, without their text.
    ///   - parts: the lines that are wanted, nil for all.
    public func write(
        _ file: SourceCoverage.File, source: [UInt8]?, parts: [ClosedRange<Int>]? = nil,
        to output: inout some ByteOutputStream
    ) {
        let count = file.lineCount
        let share = style.coloured(Percent.text(count), count.colour)
        output.write(
            "\(style.visible(file.path)): \(count.hit) of \(count.found) lines hit (\(share))"
        )
        let branches = file.branchCount
        if !file.branches.isEmpty {
            let share = style.coloured(Percent.text(branches), branches.colour)
            output.write(", \(branches.hit) of \(branches.found) branches taken (\(share))")
        }
        if file.unknownBranches > 0 { output.write(", \(file.unknownBranches) not known") }
        output.write("\n")
        let text = source.map(SourceListing.lines) ?? []
        let last = max(text.count, file.lines.last?.line ?? 0)
        let widths = (
            line: SourceListing.width(last),
            hits: SourceListing.width(file.lines.reduce(0) { max($0, $1.hits) })
        )
        for part in parts ?? [1...max(1, last)] {
            var branches = BranchWalk(file.branches)
            if parts != nil { output.write("\n") }
            var known = file.lines.drop { $0.line < part.lowerBound }
            for number in part.prefix(while: { $0 <= text.count }) {
                let hits = known.first?.line == number ? known.removeFirst().hits : nil
                write(number, hits, text[number - 1], widths, to: &output)
                write(branches.branches(of: number), widths, to: &output)
            }
            // What is behind the source's end, or has no source.
            while let line = known.popFirst(), line.line <= part.upperBound {
                write(line.line, line.hits, nil, widths, to: &output)
                write(branches.branches(of: line.line), widths, to: &output)
            }
        }
    }

    /// Which ways conditions of the line before never went.
    private func write(
        _ branches: ArraySlice<SourceCoverage.Branch>, _ widths: (line: Int, hits: Int),
        to output: inout some ByteOutputStream
    ) {
        guard !branches.isEmpty else { return }
        let margin =
            "\(SourceListing.padded("", widths.line))|\(SourceListing.padded("", widths.hits))|"
        for remark in BranchText.remarks(branches) {
            output.write(style.coloured("\(margin)^ \(remark)", .yellow) + "\n")
        }
    }

    private func write(
        _ number: Int, _ hits: Int?, _ text: ArraySlice<UInt8>?, _ widths: (line: Int, hits: Int),
        to output: inout some ByteOutputStream
    ) {
        let count = hits.map { $0 == 0 ? SourceListing.missed : "\($0)" } ?? ""
        let margin =
            "\(SourceListing.padded("\(number)", widths.line))|"
            + "\(SourceListing.padded(count, widths.hits))|"
        if style.isForTerminal {
            let colour: TextStyle.Colour? = hits == 0 ? .red : nil
            output.write(style.coloured(margin + shown(text ?? []), colour) + "\n")
        } else {
            output.write(margin)
            if let text { output.write(text) }
            output.write("\n")
        }
    }

    /// Both ends of lines, LF and CRLF, are a terminal's own.
    private func shown(_ text: ArraySlice<UInt8>) -> String {
        VisibleText.shown(text.last == UInt8(ascii: "\r") ? text.dropLast() : text)
    }

    private static func lines(_ source: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func width(_ number: Int) -> Int { max(least, "\(number)".utf8.count) }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
