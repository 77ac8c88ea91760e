/// An instruction, as far as it takes to see where it leads.
public struct DecodedInstruction: Equatable, Sendable {
    /// Where it begins.
    public var address: UInt64
    /// Its bytes, from 1 to 15.
    public var length: Int
    /// How it leaves; nil where what stands behind it always comes next.
    public var branch: Branch?

    /// Makes an instruction of its fields.
    public init(address: UInt64, length: Int, branch: Branch?) {
        self.address = address
        self.length = length
        self.branch = branch
    }
}

/// How an instruction leads elsewhere than to what stands behind it.
public struct Branch: Equatable, Sendable {
    /// What is meant to come of it.
    public enum Kind: Sendable {
        /// To another place.
        case jump
        /// To another place, and on behind the instruction once that has returned.
        case call
        /// Nowhere that an instruction says: it returns, or can never be executed.
        case leave
    }

    /// Where a jump or a call leads; nil where a register or memory says it: it is indirect.
    public var target: UInt64?
    /// What is meant to come of it.
    public var kind: Kind
    /// Whether what stands behind it can come next instead.
    public var isConditional: Bool

    /// Makes a branch of its fields.
    public init(_ kind: Kind, to target: UInt64? = nil, isConditional: Bool = false) {
        self.target = target
        self.kind = kind
        self.isConditional = isConditional
    }

    /// A jump that is always taken.
    static func jump(_ target: UInt64?) -> Branch { Branch(.jump, to: target) }
    /// A jump that depends on a condition.
    static func conditional(_ target: UInt64?) -> Branch {
        Branch(.jump, to: target, isConditional: true)
    }
    /// A call that is always made.
    static func call(_ target: UInt64?) -> Branch { Branch(.call, to: target) }
    /// A return, or what can never be executed.
    static let leave = Branch(.leave)
}
