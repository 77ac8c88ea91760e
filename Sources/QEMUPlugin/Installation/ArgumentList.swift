extension Array {
    func read<Settings>(
        _ arguments: [[UInt8]], over defaults: Settings
    ) throws(PluginError) -> Settings where Element == Argument<Settings> {
        var settings = defaults
        var needed = filter { $0.isRequired }
        for (index, argument) in arguments.enumerated() {
            let (name, value) = parts(of: argument)
            guard let known = first(where: { $0.name.bytes == name }) else {
                throw PluginError(unknown(name, at: index, in: arguments))
            }
            needed.removeAll { $0.name.bytes == name }
            guard !value.isEmpty else {
                throw PluginError(known.complaint(StaticString("needs a value").bytes))
            }
            guard known.set(&settings, value) else {
                throw PluginError(
                    known.complaint(StaticString("does not take '").bytes + value + apostrophe))
            }
        }
        if let first = needed.first {
            throw PluginError(
                StaticString("option '").bytes + first.name.bytes
                    + StaticString("' is needed; options: ").bytes + list())
        }
        return settings
    }

    func list<Settings>() -> [UInt8] where Element == Argument<Settings> {
        var text: [UInt8] = []
        for argument in self {
            if !text.isEmpty { text += StaticString(", ").bytes }
            text += argument.name.bytes
            text.append(UInt8(ascii: "="))
            text += argument.usage
        }
        return text
    }

    /// What is said of a name that none has. A comma in a value ends it, unless it is doubled, and what
    /// follows is taken for arguments: then it says how to write it.
    private func unknown<Settings>(
        _ name: [UInt8], at index: Int, in arguments: [[UInt8]]
    ) -> [UInt8] where Element == Argument<Settings> {
        var text = StaticString("unknown option '").bytes + name + apostrophe
        if let near = name.nearest(among: map { $0.name.bytes }) {
            text += StaticString("; the nearest is '").bytes + near + apostrophe
        } else if index > 0 {
            let whole = whole(arguments[..<(index + 1)].suffix(2) + arguments[(index + 1)...])
            text += StaticString("; a comma in a value is written twice: ").bytes + whole
        }
        guard name.allSatisfy({ $0.isLetter }) else { return text }
        return text + StaticString("; options: ").bytes + list()
    }

    /// A value that commas have cut, put together again up to the next argument that is one.
    private func whole<Settings>(
        _ pieces: [[UInt8]]
    ) -> [UInt8] where Element == Argument<Settings> {
        var text: [UInt8] = []
        for piece in pieces {
            let (name, value) = parts(of: piece)
            if text.isEmpty {
                text = piece
                continue
            }
            if contains(where: { $0.name.bytes == name }) { break }
            // QEMU has given it a value.
            text += StaticString(",,").bytes + (value == StaticString("on").bytes ? name : piece)
        }
        return text
    }

    private func parts<Settings>(
        of argument: [UInt8]
    ) -> (name: [UInt8], value: [UInt8]) where Element == Argument<Settings> {
        let end = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.count
        return ([UInt8](argument[..<end]), [UInt8](argument[end...].dropFirst()))
    }
}

private let apostrophe = [UInt8(ascii: "'")]

extension Argument {
    fileprivate func complaint(_ what: [UInt8]) -> [UInt8] {
        StaticString("option '").bytes + name.bytes + StaticString("' ").bytes + what
            + StaticString("; it takes ").bytes + usage
    }
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
