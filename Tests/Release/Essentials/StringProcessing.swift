// What covtool uses of _StringProcessing, which Swift imports by itself, for a release: the module itself brings the
// regular expressions' engine, a twelfth of covtool. The same names give the same answers; what is not here does not
// compile in a release.

extension Collection where Element: Equatable {
    /// Where another collection's elements first stand in this one; nil where they do not.
    public func firstRange<Other: Collection>(of other: Other) -> Range<Index>?
    where Other.Element == Element {
        var start = startIndex
        while true {
            var index = start
            var others = other.makeIterator()
            while true {
                guard let wanted = others.next() else { return start..<index }
                guard index < endIndex else { return nil }
                guard self[index] == wanted else { break }
                formIndex(after: &index)
            }
            formIndex(after: &start)
        }
    }

    /// The parts between a separator of several elements.
    public func split<Other: Collection>(
        separator: Other, omittingEmptySubsequences isWithoutEmpty: Bool = true
    ) -> [SubSequence] where Other.Element == Element {
        var parts: [SubSequence] = []
        var rest = self[...]
        while !separator.isEmpty, let found = rest.firstRange(of: separator) {
            parts.append(rest[..<found.lowerBound])
            rest = rest[found.upperBound...]
        }
        parts.append(rest)
        return isWithoutEmpty ? parts.filter { !$0.isEmpty } : parts
    }
}

extension StringProtocol {
    /// Whether a text stands in this one.
    public func contains(_ other: String) -> Bool { firstRange(of: other) != nil }
}
