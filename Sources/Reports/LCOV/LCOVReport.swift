import Coverage

/// The tracefile of lcov, which genhtml and most services read (man page geninfo, "FILES").
///
/// Functions have their linkage names, as geninfo and llvm-cov write them; `genhtml --demangle-cpp`
/// makes them readable. What a record cannot hold of a name or a path is replaced.
public struct LCOVReport: CoverageDocument {
    /// Which records functions have.
    public enum Format: String, CaseIterable, Sendable {
        /// FN and FNDA, which every reader knows.
        case original = "1"
        /// FNL and FNA, which lcov writes from 2.2 on.
        case indexed = "2.2"
    }

    /// Which records functions have.
    public var format = Format.original
    /// The name of the test, empty for none; see ``isTestName(_:)``.
    public var testName = ""

    /// A tracefile that every reader knows.
    public init() {}

    /// Whether `text` can be a test's name: letters, digits and underscores of ASCII, one at least.
    public static func isTestName(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0 == "_"
                    || ($0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)))
            }
    }

    /// Writes a record for each source file.
    public func write(_ coverage: ReportedCoverage, to output: inout some TextOutputStream) {
        var buffer = RecordBuffer()
        for file in coverage.files {
            buffer.add("TN:\(testName)\nSF:\(RecordText.line(file.path))\n")
            switch format {
            case .original: writeNamed(file.functions, &buffer, to: &output)
            case .indexed: writeIndexed(file.functions, &buffer, to: &output)
            }
            buffer.add("FNF:\(file.functionCount.found)\nFNH:\(file.functionCount.hit)\n")
            write(branchesOf: file, &buffer, to: &output)
            for line in file.lines {
                buffer.add("DA:", line.line, line.hits)
                buffer.flush(to: &output)
            }
            buffer.add("LF:\(file.lineCount.found)\nLH:\(file.lineCount.hit)\nend_of_record\n")
        }
        buffer.flush(to: &output, isEnd: true)
    }

    /// Ways of which nothing is known are left out: there is no record for them.
    private func write(
        branchesOf file: SourceCoverage.File, _ buffer: inout RecordBuffer,
        to output: inout some TextOutputStream
    ) {
        guard !file.branches.isEmpty else { return }
        var (line, block) = (0, 0)
        for branch in file.branches {
            if branch.line != line { (line, block) = (branch.line, 0) }
            var number = 0
            for case let hits? in branch.ways.lazy.map(\.hits) {
                buffer.add("BRDA:", line, block, number, branch.isReached ? hits : nil)
                number += 1
            }
            if number > 0 { block += 1 }
            buffer.flush(to: &output)
        }
        buffer.add("BRF:\(file.branchCount.found)\nBRH:\(file.branchCount.hit)\n")
    }

    private func writeNamed(
        _ functions: [SourceCoverage.Function], _ buffer: inout RecordBuffer,
        to output: inout some TextOutputStream
    ) {
        // lcov 1.x ends a name at its first comma.
        let names = FunctionNames(functions) { RecordText.field($0.linkageName) }.texts
        for index in functions.indices {
            buffer.add("FN:", functions[index].line, names[index])
            buffer.flush(to: &output)
        }
        for index in functions.indices {
            buffer.add("FNDA:", functions[index].hits, names[index])
            buffer.flush(to: &output)
        }
    }

    private func writeIndexed(
        _ functions: [SourceCoverage.Function], _ buffer: inout RecordBuffer,
        to output: inout some TextOutputStream
    ) {
        let names = FunctionNames(functions) { RecordText.line($0.linkageName) }.texts
        // Functions that begin on one line, such as a template's instances, are one with several names.
        var (start, index) = (0, 0)
        while start < functions.count {
            let line = functions[start].line
            let end = functions[start...].firstIndex { $0.line != line } ?? functions.count
            let last = functions[start..<end].reduce(0) { max($0, $1.endLine) }
            buffer.add("FNL:", index, last > 0 ? "\(line),\(last)" : "\(line)")
            for number in start..<end {
                buffer.add("FNA:", index, "\(functions[number].hits),\(names[number])")
            }
            buffer.flush(to: &output)
            (start, index) = (end, index + 1)
        }
    }
}
