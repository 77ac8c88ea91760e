public import Coverage

/// The tracefile of lcov 1.x, which genhtml and most services read (man page geninfo, "FILES").
///
/// Functions have their linkage names, as geninfo and llvm-cov write them: lcov 1.x ends a name at
/// its first comma, and `genhtml --demangle-cpp` makes them readable.
public enum LCOVReport {
    /// Writes a record for each source file.
    public static func write(_ files: [SourceCoverage.File], to output: inout some TextOutputStream)
    {
        for file in files {
            output.write("TN:\nSF:\(file.path)\n")
            for function in file.functions {
                output.write("FN:\(function.line),\(function.linkageName)\n")
            }
            for function in file.functions {
                output.write("FNDA:\(function.hits),\(function.linkageName)\n")
            }
            output.write("FNF:\(file.functionCount.found)\nFNH:\(file.functionCount.hit)\n")
            for line in file.lines { output.write("DA:\(line.line),\(line.hits)\n") }
            output.write("LF:\(file.lineCount.found)\nLH:\(file.lineCount.hit)\nend_of_record\n")
        }
    }
}
