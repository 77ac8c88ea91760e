/// Which source file of a baseline became which file of a later version.
struct FilePairs {
    /// A file of one of the versions, or of both.
    struct Pair {
        var current: SourceCoverage.File?
        var baseline: SourceCoverage.File?
        /// Which lines are the same.
        var lines: LineMapping
        /// Whether the baseline's file became another one, and this is a copy of it.
        var isCopy = false
    }

    /// The later version's files, in their order, and behind them what is in the baseline alone.
    private(set) var pairs: [Pair] = []
    private(set) var strangers: [DiffStranger] = []

    init(
        current: [SourceCoverage.File], baseline: [SourceCoverage.File], _ diff: UnifiedDiff,
        roots: DiffRoots, folder: String
    ) {
        let (now, before) = (
            SourcePathIndex(current.map(\.path), in: folder),
            SourcePathIndex(baseline.map(\.path), in: folder)
        )
        // By the files' numbers: what the diff makes of them.
        var (changes, oldChanges): ([Int: UnifiedDiff.File], [Int: UnifiedDiff.File]) = ([:], [:])
        var sources: [Int: Int] = [:]
        for change in diff.files {
            let new = change.newPath.map { now.match($0, roots) } ?? .none
            var old =
                change.oldPath.map { before.match($0, roots, newPath: change.newPath) } ?? .none
            if case .file(let number) = new {
                changes[number] = change
                // What is in one place in both versions is the same file, whatever else has such a name.
                if !change.isMoved, change.oldPath != nil,
                    let same = before.number(at: current[number].path)
                {
                    old = .file(same)
                }
                sources[number] = old.number
            }
            if case .file(let number) = old, !change.isCopy { oldChanges[number] = change }
            if new.number == nil, old.number == nil, !change.lines.changes.isEmpty,
                let path = change.newPath ?? change.oldPath
            {
                let candidates =
                    new.candidates.map { current[$0].path }
                    + old.candidates.map { baseline[$0].path }
                strangers.append(DiffStranger(path: path, candidates: candidates))
            }
        }
        var isUsed = [Bool](repeating: false, count: baseline.count)
        for (number, file) in current.enumerated() {
            let change = changes[number]
            let source = change == nil ? before.number(at: file.path) : sources[number]
            let isCopy = change?.isCopy ?? false
            if let source, !isCopy { isUsed[source] = true }
            pairs.append(
                Pair(
                    current: file, baseline: source.map { baseline[$0] },
                    lines: change?.lines ?? LineMapping(), isCopy: isCopy))
        }
        for (number, file) in baseline.enumerated() where !isUsed[number] {
            pairs.append(
                Pair(baseline: file, lines: oldChanges[number]?.lines ?? LineMapping()))
        }
    }
}

extension SourcePathIndex.Match {
    fileprivate var number: Int? {
        if case .file(let number) = self { return number }
        return nil
    }

    fileprivate var candidates: [Int] {
        if case .several(let numbers) = self { return numbers }
        return []
    }
}
