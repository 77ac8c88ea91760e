import Trace

/// A block of any of up to 65,533 spaces as one number that is never 0.
///
/// It is the entry of a block (`Block.entry`) with the number of a space in place of the module's id. So the key
/// of most entries of a file is the entry with its upper 16 bits exchanged.
enum BlockKey {
    /// The space of blocks that lie in no module: the id that such a block has in a file.
    static let outside: UInt16 = 0xFFFF
    /// No space; what an unknown id stands for.
    static let nowhere: UInt16 = 0
    /// No space either; what stands for modules that are not wanted, whose blocks are left out.
    static let unwanted: UInt16 = 1

    static func key(start: UInt32, size: UInt16, space: UInt16) -> UInt64 {
        Block(start: start, size: size, module: space).entry
    }

    static func start(_ key: UInt64) -> UInt32 { Block(entry: key).start }
    static func size(_ key: UInt64) -> UInt16 { Block(entry: key).size }
    static func space(_ key: UInt64) -> UInt16 { Block(entry: key).module }
}
