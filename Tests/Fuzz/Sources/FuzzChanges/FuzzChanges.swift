import Coverage
import Reports

/// What libFuzzer calls with each input, whose first byte says what the others are.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return 0 }
    let rest = Array(bytes.dropFirst())
    switch kind {
    case UInt8(ascii: "j"): DocumentCheck.check(rest)
    case UInt8(ascii: "a")...UInt8(ascii: "g"):
        SourceCheck.check(rest, ending: SourceCheck.endings[Int(kind - UInt8(ascii: "a"))])
    default: DiffCheck.check(bytes)
    }
    return 0
}

/// Documents of `covtool json`.
enum DocumentCheck {
    /// Reads the bytes, writes what was read, and reads that.
    static func check(_ bytes: [UInt8]) {
        guard JSONReportReader.recognises(bytes.span), let files = try? JSONReportReader.read(bytes)
        else { return }
        var coverage = SourceCoverage()
        coverage.add(files)
        var text = ""
        JSONReport().write(ReportedCoverage(files: coverage.files), to: &text)
        var again = SourceCoverage()
        again.add((try? JSONReportReader.read(Array(text.utf8))) ?? [])
        precondition(
            again.files.map(\.lines) == coverage.files.map(\.lines),
            "a document of ours is read as another")
        for file in coverage.files { precondition(file.lines.allSatisfy { $0.line > 0 }) }
    }
}

/// Sources: where statements begin, and how they look on a page.
enum SourceCheck {
    static let endings = ["c", "cc", "rs", "go", "swift", "s", "txt"]
    private static let tags: Set<String> = [
        "a", "abbr", "b", "body", "div", "details", "doctype", "h1", "head", "header", "html", "i",
        "kbd", "li", "link", "main", "meta", "nav", "ol", "p", "samp", "script", "span", "strong",
        "summary", "table", "tbody", "td", "th", "thead", "title", "tr", "u", "ul", "s",
    ]

    static func check(_ bytes: [UInt8], ending: String) {
        let path = "/a/x.\(ending)"
        let count = SourceText.lineCount(bytes)
        if let statements = StatementLines(bytes, path: path) {
            precondition(statements.lineCount == count, "another number of lines")
            for line in 1..<count + 2 {
                guard let start = statements.start(of: line) else { continue }
                precondition((1..<line).contains(start), "a statement that begins behind its line")
            }
        }
        let lines = (1..<count + 1).map { SourceCoverage.Line(line: $0, hits: $0 % 3) }
        let file = SourceCoverage.File(path: path, lines: lines, functions: [])
        let page = HTMLPages([file], hasCounts: true).bytes(of: .source(0), HTMLPages.Text(bytes))
        var items = 0
        for place in page.indices {
            let byte = page[place]
            precondition(byte >= 0x20 && byte != 0x7F || byte == 0x0A || byte == 0x09, "control")
            guard byte == UInt8(ascii: "<") else { continue }
            let name = page[(place + 1)...].drop {
                $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "!")
            }
            .prefix {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "1")
            }
            let tag = String(decoding: name, as: UTF8.self)
            precondition(tags.contains(tag), "<\(tag)>")
            items +=
                page[(place + 1)...].starts(with: "li>".utf8)
                    || page[(place + 1)...].starts(with: "li ".utf8) ? 1 : 0
        }
        precondition(items == count, "\(items) items for \(count) lines")
    }
}
