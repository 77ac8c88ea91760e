import Trace

extension Code {
    /// Where blocks end of which it is known where they begin: behind the first instruction that leads elsewhere, or
    /// where the next one begins.
    ///
    /// - Parameters:
    ///   - starts: ascending, none twice.
    ///   - passesCalls: whether a call is within a block.
    ///   - reaches: for each start the nearest place behind it that was executed right after it; `.max` for none. The
    ///     block ends there, unless the instruction that ends it leads there; nothing else that begins within a block
    ///     ends it. Nil where this is not known.
    /// - Returns: for each start the address behind the block; nil where no instruction is known to begin.
    public func blockEnds(
        from starts: [UInt64], passesCalls: Bool, reaches: [UInt64]? = nil
    ) -> [UInt64?] {
        var walk = BlockEnds(starts: starts, passesCalls: passesCalls, reaches: reaches)
        forEachSection { section in
            walk.section = section
            section.set.walk(&walk)
        }
        return walk.found
    }

    /// The calls that places are, or stand right behind, if all are of one and the same function: a compiler's own,
    /// which say that a block was executed. Nil for other places, and for none.
    public func compilersCalls(_ places: [UInt64]) -> CompilersCalls? {
        guard let first = places.first else { return nil }
        for isBehind in [false, true] {
            guard let target = callTarget(first, isBehind: isBehind),
                places.allSatisfy({ callTarget($0, isBehind: isBehind) == target })
            else { continue }
            return CompilersCalls(target: target, areBehind: isBehind)
        }
        return nil
    }

    /// Where the call leads that is at a place, or ends there; nil where none does, or a register says it.
    private func callTarget(_ place: UInt64, isBehind: Bool) -> UInt64? {
        for length in isBehind ? [4, 5, 6] : [0] {
            guard let call = instruction(at: place &- UInt64(length)),
                !isBehind || call.length == length, call.branch?.kind == .call,
                let target = call.branch?.target
            else { continue }
            return target
        }
        return nil
    }
}

/// Calls of one function, by which a compiler has programs say which of their blocks are executed.
public struct CompilersCalls: Equatable, Sendable {
    /// The address of the function.
    public var target: UInt64
    /// Whether places are the addresses behind the calls, and not those of the calls.
    public var areBehind: Bool

    /// Makes it of its parts.
    public init(target: UInt64, areBehind: Bool) {
        self.target = target
        self.areBehind = areBehind
    }
}

private struct BlockEnds: InstructionWalk {
    let starts: [UInt64]
    let passesCalls: Bool
    let reaches: [UInt64]?
    var section = Code.Section(.aarch64, start: 0, bytes: [])
    var found: [UInt64?]

    /// Instructions of the longest block of translation, QEMU's.
    private static let most = 512

    init(starts: [UInt64], passesCalls: Bool, reaches: [UInt64]?) {
        (self.starts, self.passesCalls, self.reaches) = (starts, passesCalls, reaches)
        found = [UInt64?](repeating: nil, count: starts.count)
    }

    mutating func run<Reader: InstructionReader>(_ fresh: Reader) {
        let (section, starts) = (section, starts)
        let bytes = section.bytes.span
        let addresses = section.addresses
        var number = starts.partitioningIndex { $0 >= addresses.lowerBound }
        while number < starts.count, starts[number] < addresses.upperBound {
            let start = starts[number]
            let next = number + 1 < starts.count && reaches == nil ? starts[number + 1] : .max
            var limit = Int(min(next, addresses.upperBound) - addresses.lowerBound)
            var (reader, at) = (fresh, Int(start - addresses.lowerBound))
            let first = at
            let reach = reaches?[number] ?? .max
            var rest = reaches == nil ? Int.max : BlockEnds.most
            var target: UInt64?
            while at < limit, rest > 0 {
                rest -= 1
                let length = reader.length(bytes, at: at)
                guard length > 0 else { break }
                let address = addresses.lowerBound + UInt64(at)
                let branch = reader.branch(bytes, at: at, length: length, address: address)
                at += length
                if let branch, branch.kind != .call || !passesCalls {
                    target = branch.target
                    break
                }
            }
            // A block that leads into itself does so at its end.
            if reach < addresses.lowerBound + UInt64(at), reach != target {
                limit = Int(reach - addresses.lowerBound)
            }
            if at > first { found[number] = addresses.lowerBound + UInt64(min(at, limit)) }
            number += 1
        }
    }
}
