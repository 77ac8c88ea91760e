import Coverage

/// What a report has to say of a file, in pieces that each fit into a part. All but files of some hundred thousand lines
/// have one piece.
struct CoberturaClass {
    /// An element `class`.
    struct Piece {
        var xml = XMLBuffer()
        /// The lines that are in it.
        var lines = SourceCoverage.Count()
        /// The branches of these lines.
        var branches = SourceCoverage.Count()
    }

    /// More than this, readers in Java and C# cannot take.
    private static let mostHits = Int(Int32.max)
    private static let end: StaticString = "</lines>\n</class>\n"
    /// What stands in a piece beside its name, methods and lines, at most.
    private static let frame = 256

    private let name: String
    private let functionNames: [String]
    private var functions: ArraySlice<SourceCoverage.Function>
    private var lines: ArraySlice<SourceCoverage.Line>
    private var branches: BranchWalk
    /// Of the piece that is being made, without its head.
    private var body = XMLBuffer()
    private var isEmpty = true

    /// - Parameter name: the path by which readers know the file.
    init(_ file: SourceCoverage.File, name: String) {
        self.name = name
        functionNames = FunctionNames(file.functions) { $0.name }.texts
        functions = file.functions[...]
        lines = file.lines[...]
        branches = BranchWalk(file.branches)
    }

    /// The next piece; nil where all was given.
    ///
    /// - Parameter room: the bytes that it may have. It has one function or line at least.
    mutating func next(_ room: Int) -> Piece? {
        guard !functions.isEmpty || !lines.isEmpty else { return nil }
        var names = XMLBuffer()
        names.add("name", SourcePath.baseName(name))
        names.add("filename", name)
        let room = room - names.count - CoberturaClass.frame
        body.removeAll()
        isEmpty = true
        body.add("<methods>\n")
        while let function = functions.first,
            add(
                within: room,
                { [name = functionNames[functions.startIndex]] in
                    CoberturaClass.write(function, name, &$0)
                })
        {
            functions.removeFirst()
        }
        body.add("</methods>\n<lines>\n")
        var count = SourceCoverage.Count()
        var piece = Piece()
        while functions.isEmpty, let line = lines.first {
            var walk = branches
            let own = walk.branches(of: line.line)
            guard
                add(within: room, { CoberturaClass.write(line.line, line.hits, own, &$0) })
            else { break }
            count += SourceCoverage.Count(found: 1, hit: line.hits > 0 ? 1 : 0)
            piece.branches += SourceCoverage.Branch.counts(own).known
            lines.removeFirst()
            branches = walk
        }
        piece.lines = count
        piece.xml.add("<class")
        piece.xml.add(names)
        piece.xml.addRates(count, piece.branches)
        piece.xml.add(">\n")
        piece.xml.add(body)
        piece.xml.add(CoberturaClass.end)
        return piece
    }

    /// Whether an element was added: it is not where it would be too much, unless it is the first one.
    private mutating func add(within room: Int, _ write: (inout XMLBuffer) -> Void) -> Bool {
        let start = body.count
        write(&body)
        guard body.count <= room || isEmpty else {
            body.cut(to: start)
            return false
        }
        isEmpty = false
        return true
    }

    /// A function has one line, that of its declaration, with how often it was called: so it is hit for readers if it is
    /// hit, and no line stands there twice. One without a line has none.
    private static func write(
        _ function: SourceCoverage.Function, _ name: String, _ xml: inout XMLBuffer
    ) {
        xml.add("<method")
        xml.add("name", name)
        xml.add(" signature=\"\"")
        xml.addRates(
            SourceCoverage.Count(found: 1, hit: function.hits > 0 ? 1 : 0), SourceCoverage.Count())
        xml.add("><lines>")
        if function.line > 0 { write(function.line, function.hits, [], &xml) }
        xml.add("</lines></method>\n")
    }

    private static func write(
        _ line: Int, _ hits: Int, _ branches: ArraySlice<SourceCoverage.Branch>,
        _ xml: inout XMLBuffer
    ) {
        xml.add("<line")
        xml.add("number", line)
        xml.add("hits", min(hits, mostHits))
        let count = SourceCoverage.Branch.counts(branches).known
        guard count.found > 0 else { return xml.add("/>\n") }
        xml.add(" branch=\"true\"")
        xml.add("condition-coverage", text(count))
        xml.add("><conditions>")
        for (number, branch) in branches.enumerated() {
            let own = SourceCoverage.Branch.counts([branch]).known
            guard own.found > 0 else { continue }
            xml.add("<condition")
            xml.add("number", number)
            xml.add("type", branch.ways.count > 2 ? "switch" : "jump")
            xml.add("coverage", "\(own.hit * 100 / own.found)%")
            xml.add("/>")
        }
        xml.add("</conditions></line>\n")
    }

    /// As Cobertura has it, and its readers take it apart: `50% (1/2)`.
    private static func text(_ count: SourceCoverage.Count) -> String {
        "\(count.hit * 100 / count.found)% (\(count.hit)/\(count.found))"
    }
}
