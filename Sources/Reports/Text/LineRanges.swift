/// Lines as people read them.
enum LineRanges {
    /// A range for each run of lines that follow each other, which must be ascending.
    static func ranges(_ lines: [Int]) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for line in lines {
            if let last = ranges.last, line == last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...line
            } else {
                ranges.append(line...line)
            }
        }
        return ranges
    }

    /// The same as `3` or `7-9`.
    static func texts(_ lines: [Int]) -> [String] {
        ranges(lines).map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
    }

    /// The texts, with `separator` between them, in lines no longer than `width` where they can be cut.
    static func wrapped(_ texts: [String], separator: String = ",", width: Int?) -> [String] {
        var lines: [String] = []
        for text in texts {
            // A comma stands at the end of each line but the last.
            if let last = lines.last,
                last.utf8.count + separator.utf8.count + text.utf8.count < width ?? .max
            {
                lines[lines.count - 1] += separator + text
            } else {
                if !lines.isEmpty { lines[lines.count - 1] += "," }
                lines.append(text)
            }
        }
        return lines
    }
}
