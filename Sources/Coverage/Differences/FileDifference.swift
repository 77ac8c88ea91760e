import Trace

extension DifferentialCoverage.File {
    /// - Parameters:
    ///   - current: the file in the later version.
    ///   - baseline: the file in the baseline that it was made of.
    ///   - mapping: which lines of the two are the same.
    ///   - isCopy: whether the baseline's file is compared elsewhere, and what is not in the copy was not lost.
    init(
        _ current: SourceCoverage.File?, _ baseline: SourceCoverage.File?, _ mapping: LineMapping,
        isCopy: Bool
    ) {
        path = current?.path
        oldPath = baseline?.path
        lines = DifferentialCoverage.lines(current?.lines ?? [], baseline?.lines ?? [], mapping)
        functions = DifferentialCoverage.functions(
            current?.functions ?? [], baseline?.functions ?? [], mapping,
            ChangedCode(lines, mapping))
        branches = DifferentialCoverage.branches(
            current?.branches ?? [], baseline?.branches ?? [], mapping, keepsGone: !isCopy)
        if isCopy {
            lines.removeAll { !$0.category.isCurrent }
            functions.removeAll { !$0.category.isCurrent }
        }
        lineCounts = CategoryCounts(lines.lazy.map { $0.category })
        functionCounts = CategoryCounts(functions.lazy.map { $0.category })
        let ways = branches.flatMap { $0.ways }
        branchCounts = CategoryCounts(ways.compactMap { $0.category })
        unknownBranches = ways.count { $0.category == nil }
    }
}

extension DifferentialCoverage {
    fileprivate static func lines(
        _ current: [SourceCoverage.Line], _ baseline: [SourceCoverage.Line], _ mapping: LineMapping
    ) -> [Line] {
        var lines: [Line] = []
        lines.reserveCapacity(max(current.count, baseline.count))
        var next = current.startIndex
        func addNew(until end: Int) {
            while next < current.endIndex, current[next].line < end {
                let line = current[next]
                let oldLine = mapping.oldLine(of: line.line)
                let category: DifferenceCategory =
                    oldLine == nil ? .new(isHit: line.hits > 0) : .included(isHit: line.hits > 0)
                lines.append(Line(category, line: line.line, oldLine: oldLine, hits: line.hits))
                next += 1
            }
        }
        for old in baseline {
            let place = mapping.place(of: old.line)
            addNew(until: place.line)
            if place.isRemoved {
                lines.append(
                    Line(
                        .deleted(wasHit: old.hits > 0), line: nil, oldLine: old.line,
                        oldHits: old.hits))
            } else if next < current.endIndex, current[next].line == place.line {
                let hits = current[next].hits
                lines.append(
                    Line(
                        .kept(wasHit: old.hits > 0, isHit: hits > 0), line: place.line,
                        oldLine: old.line, hits: hits, oldHits: old.hits))
                next += 1
            } else {
                lines.append(
                    Line(
                        .excluded(wasHit: old.hits > 0), line: place.line, oldLine: old.line,
                        oldHits: old.hits))
            }
        }
        addNew(until: .max)
        return lines
    }

    fileprivate static func functions(
        _ current: [SourceCoverage.Function], _ baseline: [SourceCoverage.Function],
        _ mapping: LineMapping, _ changed: ChangedCode
    ) -> [Function] {
        var left = Dictionary(grouping: baseline.indices) { baseline[$0].line }
        let perLine = Dictionary(grouping: current, by: \.line).mapValues(\.count)
        var functions: [Function] = []
        for function in current {
            let oldLine = mapping.oldLine(of: function.line)
            let isHit = function.hits > 0
            var found = Function(
                category: oldLine == nil ? .new(isHit: isHit) : .included(isHit: isHit),
                name: function.name, linkageName: function.linkageName, line: function.line,
                oldLine: oldLine, hits: function.hits)
            let candidates = oldLine.flatMap { left[$0] } ?? []
            // Its name can have changed with a type; a tracefile cannot hold every name.
            let isAlone = candidates.count == 1 && perLine[function.line] == 1
            if let oldLine,
                let number = candidates.first(where: {
                    baseline[$0].linkageName == function.linkageName
                }) ?? (isAlone ? candidates[0] : nil)
            {
                let old = baseline[number]
                left[oldLine]?.removeAll { $0 == number }
                found.oldHits = old.hits
                found.category = .kept(wasHit: old.hits > 0, isHit: isHit)
                if found.category != .lostBaseline, changed.isAny(in: function, or: old) {
                    found.category = .new(isHit: isHit)
                }
            }
            functions.append(found)
        }
        for number in left.values.joined().sorted() {
            let old = baseline[number]
            let line = mapping.newLine(of: old.line)
            functions.append(
                Function(
                    category: line == nil
                        ? .deleted(wasHit: old.hits > 0) : .excluded(wasHit: old.hits > 0),
                    name: old.name, linkageName: old.linkageName, line: line, oldLine: old.line,
                    oldHits: old.hits))
        }
        return functions
    }
}

/// The lines that are code in one version only, in each version's own numbers, ascending.
private struct ChangedCode {
    private let new, old: [Int]
    /// The lines of the later version that removed ones stood before.
    private let places: [Int]

    init(_ lines: [DifferentialCoverage.Line], _ mapping: LineMapping) {
        let changed = lines.filter { !$0.category.isCurrent || !$0.category.isOfBaseline }
        new = changed.compactMap(\.line)
        old = changed.compactMap { $0.line == nil ? $0.oldLine : nil }
        places = old.map { mapping.place(of: $0).line }
    }

    /// Whether there are any in a function, in either version; nothing is known where its end is not.
    func isAny(in function: SourceCoverage.Function, or before: SourceCoverage.Function) -> Bool {
        ChangedCode.isAny(in: function, new) || ChangedCode.isAny(in: before, old)
            // A tracefile often does not say where functions end.
            || ChangedCode.isAny(in: function, from: function.line + 1, places)
    }

    private static func isAny(
        in function: SourceCoverage.Function, from first: Int? = nil, _ lines: [Int]
    ) -> Bool {
        let next = lines.partitioningIndex { $0 >= first ?? function.line }
        return next < lines.endIndex && lines[next] <= function.endLine
    }
}
