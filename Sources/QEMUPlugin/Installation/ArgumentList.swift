extension Array {
    func read<Settings>(
        _ arguments: [[UInt8]], over defaults: Settings
    ) throws(PluginError) -> Settings where Element == Argument<Settings> {
        var settings = defaults
        let table = ArgumentTable(rows: map { ($0.name.bytes, $0.usage) })
        var isGiven = [Bool](repeating: false, count: count)
        for number in arguments.indices {
            let (index, value) = try table.find(number, in: arguments)
            isGiven[index] = true
            guard self[index].set(&settings, value) else { throw table.refusal(index, value) }
        }
        for index in indices where self[index].isRequired && !isGiven[index] {
            throw table.need(index)
        }
        return settings
    }

    func list<Settings>() -> [UInt8] where Element == Argument<Settings> {
        ArgumentTable(rows: map { ($0.name.bytes, $0.usage) }).list()
    }
}

/// What arguments are called and take, whatever they set.
private struct ArgumentTable {
    let rows: [(name: [UInt8], usage: [UInt8])]

    /// The row of the argument at `number` of those given, and its value.
    func find(
        _ number: Int, in arguments: [[UInt8]]
    ) throws(PluginError) -> (index: Int, value: [UInt8]) {
        let (name, value) = ArgumentTable.parts(of: arguments[number])
        guard let index = index(of: name) else {
            throw PluginError(unknown(name, at: number, in: arguments))
        }
        guard !value.isEmpty else { throw complaint(index, "needs a value") }
        return (index, value)
    }

    func refusal(_ index: Int, _ value: [UInt8]) -> PluginError {
        complaint(index, "does not take '", value, "'")
    }

    func need(_ index: Int) -> PluginError {
        PluginError(joined("option '", rows[index].name, "' is needed; options: ", list()))
    }

    func list() -> [UInt8] {
        var text: [UInt8] = []
        for (name, usage) in rows {
            text += joined(text.isEmpty ? "" : ", ", name, "=", usage)
        }
        return text
    }

    private func index(of name: [UInt8]) -> Int? { rows.firstIndex { $0.name == name } }

    private func complaint(
        _ index: Int, _ what: StaticString, _ value: [UInt8] = [], _ end: StaticString = ""
    ) -> PluginError {
        let subject = joined("option '", rows[index].name, "' ", joined(what, value, end))
        return PluginError(joined("", subject, "; it takes ", rows[index].usage))
    }

    /// What is said of a name that none has. A comma in a value ends it, unless it is doubled, and what
    /// follows is taken for arguments: then it says how to write it.
    private func unknown(_ name: [UInt8], at index: Int, in arguments: [[UInt8]]) -> [UInt8] {
        var text = joined("unknown option '", name, "'")
        if let near = name.nearest(among: rows.map { $0.name }) {
            text += joined("; the nearest is '", near, "'")
        } else if index > 0 {
            text += joined("; a comma in a value is written twice: ", whole(index, of: arguments))
        }
        guard name.allSatisfy({ $0.isLetter }) else { return text }
        return joined("", text, "; options: ", list())
    }

    /// A value that commas have cut, of which there is a piece at `index`, put together again up to the next
    /// argument that is one.
    private func whole(_ index: Int, of pieces: [[UInt8]]) -> [UInt8] {
        var text = pieces[index - 1]
        for piece in pieces[index...] {
            let (name, value) = ArgumentTable.parts(of: piece)
            if self.index(of: name) != nil { break }
            // QEMU has given it a value.
            text += joined(",,", value == StaticString("on").bytes ? name : piece)
        }
        return text
    }

    private static func parts(of argument: [UInt8]) -> (name: [UInt8], value: [UInt8]) {
        let end = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.count
        return ([UInt8](argument[..<end]), [UInt8](argument[end...].dropFirst()))
    }
}

/// Two texts, each behind a fixed one.
@inline(never)
private func joined(
    _ first: StaticString, _ text: [UInt8], _ second: StaticString = "", _ last: [UInt8] = []
) -> [UInt8] {
    var all = first.bytes
    all += text
    all += second.bytes
    all += last
    return all
}

extension [UInt8] {
    /// The one of several words that this is likely to be meant for: a few letters away, or its
    /// beginning.
    fileprivate func nearest(among words: [[UInt8]]) -> [UInt8]? {
        var best: (word: [UInt8], distance: Int)?
        for word in words {
            let isBeginning = count > 2 && (word.starts(with: self) || starts(with: word))
            let distance = isBeginning ? 0 : distance(to: word)
            guard distance <= Swift.max(1, (count + 1) / 3), count > 1 else { continue }
            if distance < best?.distance ?? .max { best = (word, distance) }
        }
        return best?.word
    }

    /// How many letters must be changed, added or taken away to make the other of it.
    private func distance(to other: [UInt8]) -> Int {
        var row = [Int](0...other.count)
        for (line, letter) in enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, otherLetter) in other.enumerated() {
                let replaced = diagonal + (letter == otherLetter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
