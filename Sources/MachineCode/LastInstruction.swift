extension InstructionSet {
    /// How many instructions before a last one can say that it depends on a condition.
    public var mostBefore: Int {
        if case .thumb = self { return 4 }
        return 0
    }

    /// How the last of some instructions leaves, for who has them and no file: the plugin, of which ``Code`` is no part;
    /// nil where it goes on, or is not known.
    ///
    /// - Parameters:
    ///   - bytes: instructions, one behind the other; of more than ``mostBefore`` before the last nothing is
    ///     learned.
    ///   - end: the address behind them.
    public func lastBranch(of bytes: [UInt8], endingAt end: UInt64) -> Branch? {
        var walk = LastInstruction(bytes: bytes, end: end)
        self.walk(&walk)
        return walk.branch
    }
}

private struct LastInstruction: InstructionWalk {
    let bytes: [UInt8]
    let end: UInt64
    var branch: Branch?

    init(bytes: [UInt8], end: UInt64) { (self.bytes, self.end) = (bytes, end) }

    mutating func run<Reader: InstructionReader>(_ fresh: Reader) {
        var (reader, at) = (fresh, 0)
        let (all, end) = (bytes, end)
        let bytes = all.span
        while at < bytes.count {
            let length = reader.length(bytes, at: at)
            guard length > 0 else { return }
            if at + length == bytes.count {
                branch = reader.branch(
                    bytes, at: at, length: length, address: end &- UInt64(length))
                return
            }
            at += length
        }
    }
}
