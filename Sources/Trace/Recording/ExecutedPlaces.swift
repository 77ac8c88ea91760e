/// A place where code was executed, as formats have it that know nothing of modules, or of how long blocks are.
public struct ExecutedPlace: Equatable, Sendable {
    /// The guest address of the first byte; in a named module, see ``ExecutedPlaces/origin``.
    public var address: UInt64
    /// Bytes that were executed from there on; 0 if that is not known.
    public var size: UInt32
    /// How often, at least 1.
    public var count: UInt32
    /// The `id` of a row of the module table, or ``Block/noModule``.
    public var module: UInt16
    /// Which ways the conditional jump at its end went.
    public var ways: Ways = []
    /// Bytes to the nearest place behind it that was executed right after it; `.max` where there is none near it.
    public var reach: UInt32 = .max

    /// The ways that a conditional jump can go.
    public struct Ways: OptionSet, Sendable {
        /// The bits of all ways.
        public let rawValue: UInt8

        /// Makes a set of its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// To where it leads.
        public static let jump = Ways(rawValue: 1)
        /// On to what stands behind it.
        public static let fallThrough = Ways(rawValue: 2)
    }

    /// Makes a place of its fields.
    public init(
        address: UInt64, size: UInt32 = 0, count: UInt32 = 1, module: UInt16 = Block.noModule
    ) {
        self.address = address
        self.size = size
        self.count = count
        self.module = module
    }
}

/// All places of a recording. With the program's ELF file they become blocks of modules.
public struct ExecutedPlaces: Sendable {
    /// What the places of a named module count from.
    public enum Origin: Sendable {
        /// The module's base.
        case base
        /// Nothing: they are the addresses that the module's file says itself.
        case ownAddresses
    }

    /// Where a block ends whose size is not known, if no other place comes before.
    public enum Ending: Sendable {
        /// Behind the next instruction that leads elsewhere, calls among them: where emulators end blocks.
        case branch
        /// Behind the next jump or return. A call is within the block: compilers end blocks so.
        case jump
        /// It is one or the other, as the places themselves say.
        case unknown
    }

    /// By module, address and size, none twice.
    public var list: [ExecutedPlace]
    /// What the places of named modules count from.
    public var origin: Origin
    /// Where blocks end whose size is not known.
    public var ending: Ending
    /// Whether the counts are of executions.
    public var hasCounts: Bool
    /// Whether the places say which ways jumps went.
    public var hasWays = false
    /// Whether the places were in the order of execution, so that their `reach` is known. Blocks can overlap then: where
    /// another place is within a block, that place was jumped to, unless it was once executed right after the block.
    public var hasOrder = false
    /// The lowest address at which something of a function was executed, by its name, if the format says so.
    public var functions: [[UInt8]: UInt64] = [:]

    /// Makes a list of its parts.
    public init(
        _ list: [ExecutedPlace], origin: Origin = .base, ending: Ending = .unknown, hasCounts: Bool
    ) {
        self.list = list
        self.origin = origin
        self.ending = ending
        self.hasCounts = hasCounts
    }
}

/// What a format does not say, and a reader has to do without.
public enum Lack: Equatable, Sendable {
    /// Blocks in no module, of which drcov keeps the lower 32 bits of the address: so many.
    case modules(Int)
    /// Modules of which a name is all that is known: so many.
    case modulesPlaces(Int)
    /// Blocks without a size: so many.
    case sizes(Int)
    /// No executions: what was translated is taken for executed.
    case executions
    /// Blocks that led to one another without a word: of some chains the first alone is there.
    case chained
    /// All that was executed: there are samples of it.
    case samples
    /// Which jumps the ways are of that blocks' jumps went.
    case jumps

    /// What is lacking, and what helps.
    public var text: String {
        switch self {
        case .modules(let count):
            "\(count) blocks are addresses without a module: --elf FILE@BASE says what is there"
        case .modulesPlaces(let count):
            "\(count) modules are names without a size: --elf FILE says which file it is"
        case .sizes(let count):
            "\(count) blocks have no size: their first byte counts, or what --elf FILE says of them"
        case .executions:
            "translations without executions: what was translated is taken for executed"
        case .chained:
            "chained blocks: some were executed that are not in the trace (-no-tb-chain keeps them)"
        case .samples: "samples: more was executed than they show"
        case .jumps: "which ways jumps went is told with the program's file alone (--elf FILE)"
        }
    }
}

extension Recording {
    /// A recording of places. Its blocks are what is certain without the program's file: of a place without a size,
    /// the first byte.
    ///
    /// - Parameters:
    ///   - names: of modules, by id.
    ///   - lacks: what is lacking beside what the places show.
    public init(
        format: TraceFormat, is32Bit: Bool? = nil, names: [[UInt8]] = [], places: ExecutedPlaces,
        lacks: [Lack] = []
    ) {
        var blocks: [Block] = []
        blocks.reserveCapacity(places.list.count)
        var counts: [UInt32] = []
        var (loose, open) = (0, 0)
        for place in places.list {
            if place.module == Block.noModule { loose += 1 }
            if place.size == 0 { open += 1 }
            place.forEachPiece(of: max(1, place.size)) { address, size in
                blocks.append(
                    Block(
                        start: UInt32(truncatingIfNeeded: address), size: size,
                        module: place.module))
                if places.hasCounts { counts.append(place.count) }
            }
        }
        self.init(
            format: format, is32Bit: is32Bit,
            modules: names.enumerated().map { Module(id: $0, start: 0, end: 0, path: $1) },
            blocks: .list(blocks), counts: places.hasCounts ? .list(counts) : nil)
        self.places = places
        var all = lacks
        if !names.isEmpty { all.append(.modulesPlaces(names.count)) }
        if loose > 0 { all.append(.modules(loose)) }
        if open > 0 { all.append(.sizes(open)) }
        if places.hasWays { all.append(.jumps) }
        self.lacks = all
    }
}

extension ExecutedPlace {
    /// Calls `body` with what blocks can hold, whose sizes have 16 bits.
    @inlinable
    public func forEachPiece(of size: UInt32, _ body: (_ address: UInt64, _ size: UInt16) -> Void) {
        var (start, rest) = (address, size)
        repeat {
            let piece = min(rest, UInt32(UInt16.max))
            body(start, UInt16(piece))
            start &+= UInt64(piece)
            rest -= piece
        } while rest > 0
    }
}
