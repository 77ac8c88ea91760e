public import Coverage

/// Sums over the functions of modules.
struct FunctionTotals {
    var functions = SourceCoverage.Count()
    var bytes = SourceCoverage.Count()
    /// Of those functions whose blocks are known.
    var blocks = SourceCoverage.Count()
    var verdicts: [ModuleFunctions.Jump.Verdict: Int] = [:]

    init(_ functions: some Sequence<ModuleFunctions.Function>) {
        for function in functions {
            self.functions += SourceCoverage.Count(found: 1, hit: function.hits > 0 ? 1 : 0)
            bytes += function.bytes
            if let blocks = function.blocks { self.blocks += blocks }
            for jump in function.jumps { verdicts[jump.verdict, default: 0] += 1 }
        }
    }

    var jumpCount: Int { verdicts.values.reduce(0, +) }
}

extension Totals {
    /// The sums over the functions of modules, whose conditional jumps stand for branches. Lines are those of source files
    /// there, too.
    public init(_ modules: [ModuleFunctions], lines files: some Sequence<SourceCoverage.File>) {
        let functions = modules.flatMap(\.functions)
        let ways = ModuleFunctions.Jump.ways(functions.lazy.flatMap(\.jumps))
        self.init(files)
        self.functions = FunctionTotals(functions).functions
        (branches, unknownBranches) = ways
    }
}

extension ModuleFunctions.Function {
    /// Its name, with where it is declared.
    func label(_ style: TextStyle) -> String {
        let place = file.map { " (\(SourcePath.baseName($0)):\(line))" } ?? ""
        return style.visible(name + place)
    }
}

extension TextStyle {
    /// A text without its end, where the columns behind a margin are not enough for it.
    func cut(_ text: String, behind margin: Int) -> String {
        guard let width, width > margin, text.count > width - margin else { return text }
        return text.prefix(width - margin - 1) + "…"
    }
}
