import Trace

extension Span<UInt8> {
    /// The number of `size` bytes, 1 to 8, at `offset`, which must be there.
    func number(at offset: Int, size: Int, hasHighByteFirst: Bool = false) -> UInt64 {
        var number: UInt64 = 0
        for place in 0..<size {
            let byte = self[hasHighByteFirst ? offset + place : offset + size - 1 - place]
            number = number << 8 | UInt64(byte)
        }
        return number
    }
}

/// What of a binary trace is damaged, and what was done about it.
public enum BinaryTraceDamage: Damage {
    /// The file ends within an entry, so many bytes of which are there: left out.
    case cutShort(Int)
    /// An entry that says something that nobody knows: what follows is left out.
    case unknownEntry(Int)
    /// A part without a module that was to be there: its addresses are in no module.
    case noModule

    /// What is damaged, as a part of a sentence.
    public var text: String {
        switch self {
        case .cutShort(let count): "the file ends within an entry, after \(count) of its bytes"
        case .unknownEntry(let kind): "an entry of the unknown kind \(kind)"
        case .noModule: "a shared object is loaded without a name"
        }
    }

    /// What was done about it.
    public var treatment: String {
        switch self {
        case .cutShort: "left out"
        case .unknownEntry: "what follows is left out"
        case .noModule: "its blocks are in no module"
        }
    }
}
