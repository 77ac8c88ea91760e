/// Where things stand in a journal: the file that libcov.so keeps beside `out` while it records, and
/// leaves there when the process ends before the trace could be written.
///
/// The plugin maps it and works in it, so that what was recorded survives whatever ends the process.
/// Numbers are little-endian, as all hosts are that Swift runs on. The file is a head of ``headSize``
/// bytes, which holds the fields below and the modules, and behind it the blocks, ``blockSize`` bytes
/// each: a ``BlockRecord``, and the block's counter. It is longer than what is in use, the rest holes.
public enum Layout {
    /// The file's first eight bytes, with the format's version at their end.
    public static let magic: StaticString = "COVJRNL3"
    /// The same of the version before, in which modules begin where messages are now.
    public static let olderMagic: StaticString = "COVJRNL2"
    /// Bytes of the head; mappings begin at its multiples, so it must be one of every host's page.
    public static let headSize = 1 << 20
    /// Bytes of a block, counter and all: what is new of it when it is executed for the first time
    /// lies in one line of the processor's cache.
    public static let blockSize = 32

    /// The offset behind so many blocks.
    public static func end(ofBlocks count: Int) -> Int { headSize + count * blockSize }

    /// Offsets of a block's fields; but for the counter they are a ``BlockRecord``'s.
    public enum Block {
        /// 64 bits.
        public static let address = 0
        /// 32 bits.
        public static let start = 8
        /// 16 bits.
        public static let size = 12
        /// 16 bits.
        public static let module = 14
        /// 8 bits: the ``PageEnd``'s state.
        public static let pageEnd = 16
        /// 16 bits; vCPUs write to it while they execute the block. Of a jump, the ways that it went.
        public static let unreached = 18
        /// 32 bits: of a jump, the distance from it to where it leads. The plugin's own.
        public static let distance = 20
        /// 64 bits: how often the block was executed, or whether it was.
        public static let counter = 24
    }

    /// Offsets of the head's fields.
    public enum Head {
        /// 32 bits: the process.
        public static let process = 8
        /// 32 bits: 1 where the guest is a 32-bit one, else 0.
        public static let is32Bit = 12
        /// 64 bits: how many blocks are there; raised when the block's record is.
        public static let blockCount = 16
        /// 64 bits: how many modules are there; raised when the module is.
        public static let moduleCount = 24
        /// 32 bits: 1 where the counters say how often each block was executed, 0 where they say
        /// only whether it was.
        public static let holdsCounts = 32
        /// 32 bits: 1 where there are records of conditional jumps, 0 where nothing is known of them.
        public static let holdsEdges = 36
        /// 64 bits: how many bytes of messages are there; raised when the text is.
        public static let messagesSize = 40
        /// Messages that could be said nowhere else, a line feed behind each. They lie in the page that
        /// is written to first, so that a full disk leaves room for them.
        public static let messages = 64
        /// The modules, one behind the other (see ``JournalModule``).
        public static let modules = 2048
    }
}
