import Trace

extension Code {
    /// Where blocks end of which it is known where they begin: behind the first instruction that leads elsewhere, or
    /// where the next one begins.
    ///
    /// - Parameters:
    ///   - starts: ascending, none twice.
    ///   - passesCalls: whether a call is within a block.
    /// - Returns: for each start the address behind the block; nil where no instruction is known to begin.
    public func blockEnds(from starts: [UInt64], passesCalls: Bool) -> [UInt64?] {
        var walk = BlockEnds(starts: starts, passesCalls: passesCalls)
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
    var section = Code.Section(.aarch64, start: 0, bytes: [])
    var found: [UInt64?]

    init(starts: [UInt64], passesCalls: Bool) {
        (self.starts, self.passesCalls) = (starts, passesCalls)
        found = [UInt64?](repeating: nil, count: starts.count)
    }

    mutating func run<Reader: InstructionReader>(_ fresh: Reader) {
        let (section, starts) = (section, starts)
        let bytes = section.bytes.span
        let addresses = section.addresses
        var number = starts.partitioningIndex { $0 >= addresses.lowerBound }
        while number < starts.count, starts[number] < addresses.upperBound {
            let start = starts[number]
            let next = number + 1 < starts.count ? starts[number + 1] : .max
            let limit = Int(min(next, addresses.upperBound) - addresses.lowerBound)
            var (reader, at) = (fresh, Int(start - addresses.lowerBound))
            let first = at
            while at < limit {
                let length = reader.length(bytes, at: at)
                guard length > 0 else { break }
                let address = addresses.lowerBound + UInt64(at)
                let branch = reader.branch(bytes, at: at, length: length, address: address)
                at += length
                if let branch, branch.kind != .call || !passesCalls { break }
            }
            if at > first { found[number] = addresses.lowerBound + UInt64(min(at, limit)) }
            number += 1
        }
    }
}
