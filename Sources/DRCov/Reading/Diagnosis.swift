/// Something in a file that is damaged, and what was made of it.
public struct Diagnosis: Equatable, Sendable {
    /// What is damaged, and what was done about it.
    public enum Problem: Equatable, Sendable {
        /// No line `Columns: …`: the table is read by the columns that its version has on Unix.
        case noColumns
        /// Rows with too few fields, a field that is no number, an id that no block can name, or an end
        /// before their start, the first of them at the place: left out.
        case badRows(Int)
        /// Rows with ids of earlier rows, the first of them with `first` at the place: left out.
        case repeatedIDs(Int, first: Int)
        /// A containing id that no row has: the row stands for itself.
        case unknownContainingID(Int)
        /// Another number of rows than announced: those that are there are taken.
        case moduleCount(announced: Int, found: Int)
        /// No line `BB Table: …` where it belongs: there are no blocks.
        case noBlockTable
        /// A number of blocks that is no number: as many are taken as are there.
        case badBlockCount
        /// Fewer blocks than announced: those that are there are taken.
        case blocksCutShort(announced: Int, found: Int)
        /// Lines of a text table that are no blocks, the first of them at the place: left out.
        case badBlocks(Int)
        /// Bytes that are neither a block nor a table: left out.
        case strayBytes(Int)
        /// A flavor that says that there are hit counts, and none are there: each block counts once.
        case noHitTable
        /// A hit count table that is not of version 1: left out.
        case unknownHitTable
        /// Another number of hit counts than of blocks; a block without one counts once.
        case hitCounts(blocks: Int, found: Int)
        /// A further dump that cannot be read: left out.
        case dumpLeftOut(ReadError.Cause)
        /// The stream that the file was compressed into is damaged at the place (a byte of the compressed
        /// file): what was before it is taken.
        case badStream
        /// Blocks that name a row that the table has not, the first of them row `id` at the place: left
        /// out. The reader does not look for them; those who take the blocks find them.
        case unknownModules(blocks: Int, id: UInt16)
    }

    /// What is damaged.
    public var problem: Problem
    /// Where in the file.
    public var place: Place

    /// Makes a diagnosis of its parts.
    public init(_ problem: Problem, at place: Place) {
        self.problem = problem
        self.place = place
    }
}
