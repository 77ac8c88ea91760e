import Trace

/// The conditional jumps of one module of which runs say which way they went, and which.
///
/// A jump that is not here was not executed in these runs. Two jumps are at one place only where code was
/// changed while it ran.
public struct JumpSet: Equatable, Sendable {
    /// A jump, and the ways that it went.
    public struct Element: Equatable, Sendable {
        /// Bytes from the module's base to the jump's first byte, below 2⁴⁸.
        public var offset: UInt64
        /// Length of the jump's instruction in bytes: behind it is what comes next where it is not taken.
        public var size: UInt16
        /// Whether it went on to what stands behind it.
        public var fellThrough: Bool
        /// Whether it went to where it leads.
        public var jumped: Bool

        /// Makes a jump of its fields.
        public init(offset: UInt64, size: UInt16, fellThrough: Bool, jumped: Bool) {
            (self.offset, self.size) = (offset, size)
            (self.fellThrough, self.jumped) = (fellThrough, jumped)
        }
    }

    /// An edge as a number: the jump's offset, its size, and in the lowest bit whether it jumped. So the two
    /// edges of a jump stand one behind the other.
    private struct Key: Keyed {
        let key: UInt64
    }

    /// The jumps by offset, then size.
    public private(set) var elements: [Element] = []

    /// The set without a jump.
    public init() {}

    /// The set of edges in any order, with or without duplicates.
    ///
    /// - Parameter edges: the entry of each (`JumpEdge.entry`), but for its start, with the offset from the
    ///   module's base.
    init(_ edges: [(offset: UInt64, entrySize: UInt16)]) {
        var keys = edges.map { edge in
            let size = edge.entrySize & ~JumpEdge.jumpBit
            let isJump: UInt64 = edge.entrySize & JumpEdge.jumpBit == 0 ? 0 : 1
            return Key(key: edge.offset << 16 | UInt64(size) << 1 | isJump)
        }
        keys.sortByKey()
        for edge in keys {
            let (offset, size) = (
                edge.key >> 16, UInt16(truncatingIfNeeded: edge.key & 0xFFFF) >> 1
            )
            if elements.last.map({ $0.offset != offset || $0.size != size }) ?? true {
                elements.append(
                    Element(offset: offset, size: size, fellThrough: false, jumped: false))
            }
            if edge.key & 1 == 0 {
                elements[elements.count - 1].fellThrough = true
            } else {
                elements[elements.count - 1].jumped = true
            }
        }
    }

    /// The jumps of both, with the ways of both.
    func union(_ other: JumpSet) -> JumpSet {
        if other.isEmpty { return self }
        return JumpSet(
            [self, other].flatMap { set in
                set.elements.flatMap { jump in
                    JumpSet.entrySizes(jump).map { (offset: jump.offset, entrySize: $0) }
                }
            })
    }

    /// Whether there is no jump.
    public var isEmpty: Bool { elements.isEmpty }

    /// The number of edges: of a jump that went both ways, two.
    public var edgeCount: Int {
        elements.reduce(0) { $0 + ($1.fellThrough ? 1 : 0) + ($1.jumped ? 1 : 0) }
    }

    /// The jump that begins at an offset from the module's base; nil where none was executed.
    public func jump(at offset: UInt64) -> Element? {
        let index = elements.partitioningIndex { $0.offset >= offset }
        guard index < elements.count, elements[index].offset == offset else { return nil }
        return elements[index]
    }

    /// The sizes of the entries in tables that stand for a jump (`JumpEdge.entry`).
    static func entrySizes(_ jump: Element) -> [UInt16] {
        (jump.fellThrough ? [jump.size] : []) + (jump.jumped ? [jump.size | JumpEdge.jumpBit] : [])
    }
}
