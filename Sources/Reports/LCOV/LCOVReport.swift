public import Coverage

/// The tracefile of lcov 1.x, which genhtml and most services read (man page geninfo, "FILES").
public enum LCOVReport {
    /// Writes a record for each source file.
    public static func write(_ files: [SourceCoverage.File], to output: inout some TextOutputStream)
    {
        for file in files {
            output.write("TN:\nSF:\(file.path)\n")
            for function in file.functions {
                output.write("FN:\(function.line),\(function.name)\n")
            }
            for function in file.functions {
                output.write("FNDA:\(function.hits),\(function.name)\n")
            }
            output.write("FNF:\(file.functionCount.found)\nFNH:\(file.functionCount.hit)\n")
            for line in file.lines { output.write("DA:\(line.line),\(line.hits)\n") }
            output.write("LF:\(file.lineCount.found)\nLH:\(file.lineCount.hit)\nend_of_record\n")
        }
    }
}
