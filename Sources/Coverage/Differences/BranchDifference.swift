import Trace

extension DifferentialCoverage {
    /// Compares conditions. Of a line that is in both versions, those that have as many ways are the same in their order, as
    /// genhtml has it; what else the line had was removed, and what else it has become code.
    ///
    /// - Parameters:
    ///   - current: those of the later version, by line; those of the baseline the same.
    ///   - keepsGone: whether those are wanted that are not in the later version.
    static func branches(
        _ current: [SourceCoverage.Branch], _ baseline: [SourceCoverage.Branch],
        _ mapping: LineMapping, keepsGone: Bool
    ) -> [Branch] {
        var branches: [Branch] = []
        var (later, earlier) = (current[...], baseline[...])
        func addNew(until end: Int) {
            while let new = later.first, new.line < end {
                branches.append(Branch(new, oldLine: mapping.oldLine(of: new.line)))
                later.removeFirst()
            }
        }
        while let line = earlier.first?.line {
            let old = earlier.prefix { $0.line == line }
            earlier = earlier[old.endIndex...]
            let place = mapping.place(of: line)
            addNew(until: place.line)
            // The first one comes last.
            var left = Dictionary(
                grouping: old.indices.reversed(), by: { old[$0].ways.count })
            if !place.isRemoved {
                while let new = later.first, new.line == place.line {
                    let same = left[new.ways.count]?.popLast()
                    branches.append(
                        same.map { Branch(new, was: old[$0]) } ?? Branch(new, oldLine: line))
                    later.removeFirst()
                }
            }
            guard keepsGone else { continue }
            for index in left.values.joined().sorted() {
                branches.append(Branch(gone: old[index], place.isRemoved ? nil : place.line))
            }
        }
        addNew(until: .max)
        return branches
    }
}

extension DifferentialCoverage.Branch {
    /// One that the baseline has not.
    fileprivate init(_ new: SourceCoverage.Branch, oldLine: Int?) {
        (line, self.oldLine) = (new.line, oldLine)
        ways = new.ways.map { way in
            Way(
                category: way.hits.map { hits in
                    oldLine == nil ? .new(isHit: hits > 0) : .included(isHit: hits > 0)
                }, hits: way.hits)
        }
    }

    /// One that is in both versions.
    fileprivate init(_ new: SourceCoverage.Branch, was old: SourceCoverage.Branch) {
        (line, oldLine) = (new.line, old.line)
        ways = zip(new.ways, old.ways).map { way, oldWay in
            var category: DifferenceCategory?
            if let hits = way.hits, let oldHits = oldWay.hits {
                category = .kept(wasHit: oldHits > 0, isHit: hits > 0)
            }
            return Way(category: category, hits: way.hits, oldHits: oldWay.hits)
        }
    }

    /// One that the later version has not.
    fileprivate init(gone old: SourceCoverage.Branch, _ line: Int?) {
        (self.line, oldLine) = (line, old.line)
        ways = old.ways.map { way in
            Way(category: way.hits.map { .deleted(wasHit: $0 > 0) }, oldHits: way.hits)
        }
    }
}
