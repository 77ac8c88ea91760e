public import Coverage

extension Binary {
    /// What it takes of the file to see which blocks places are.
    ///
    /// - Parameter path: what the file is called there.
    public func codeFile(_ path: String) -> CodeFile {
        let table = functionTable(readsNames: false).functions
        // What a compiler has put elsewhere is not entered at its beginning alone.
        let ranges = table.flatMap { function in
            function.ranges.filter { $0.lowerBound == function.entry && !$0.isEmpty }
        }
        var file = CodeFile(
            path: path, ownBase: image.base, size: image.size, entry: entry,
            code: code([.code, .tables]),
            functions: ranges.sorted { $0.lowerBound < $1.lowerBound })
        file.calls = calls(isWhole: true)
        guard !image.isFixed else { return file }
        for function in table {
            for name in [function.linkageName] + function.aliases {
                file.names[Array(name.utf8)] = function.entry
            }
        }
        return file
    }
}
