public import Coverage

/// A stretch of a module's code as reports show it: a function, a part of one, or code that is in none.
public struct DisassembledCode: Sendable {
    /// An instruction, or data among instructions.
    public struct Line: Sendable {
        /// Where it is, by the ELF file's own addresses.
        public var address: UInt64
        /// Bytes that it takes.
        public var size: Int
        /// What stands there, as far as that is known.
        public var bytes: [UInt8]
        /// Whether it is data.
        public var isData: Bool
        /// The instruction's name, `call`; for data the directive that has an assembler write them.
        public var mnemonic: String
        /// What it is done with.
        public var operands: String
        /// How often it was executed; without hit counts, in how many runs.
        public var hits: UInt64
        /// Where it jumps to or what it calls; nil where it does neither, or nothing says where to.
        public var target: UInt64?
        /// What is there, as `memcpy@plt` or `parse+0x37`.
        public var targetName: String?
        /// Which ways it went, for a conditional jump of a function.
        public var jump: ModuleFunctions.Jump?
        /// Where it is in a source.
        public var source: CodeListing.SourceLine?
        /// The text of that line, if it begins there and its source was read.
        public var sourceText: [UInt8]?

        /// Makes a line without what only some have.
        public init(
            address: UInt64, size: Int, bytes: [UInt8], isData: Bool, mnemonic: String,
            operands: String, hits: UInt64
        ) {
            (self.address, self.size, self.bytes) = (address, size, bytes)
            (self.isData, self.mnemonic, self.operands) = (isData, mnemonic, operands)
            self.hits = hits
        }
    }

    /// The function's name, as people write it; nil for code that is in none.
    public var name: String?
    /// The function's name, as the linker has it.
    public var linkageName: String?
    /// Whether it is all of the function.
    public var isWhole: Bool
    /// Where the function is declared; nil where that is not known.
    public var source: CodeListing.SourceLine?
    /// Where the function is entered; for code that is in none, where it begins.
    public var address: UInt64
    /// By address.
    public var lines: [Line]

    /// Makes it of its fields.
    public init(
        name: String?, linkageName: String?, isWhole: Bool, source: CodeListing.SourceLine?,
        address: UInt64, lines: [Line]
    ) {
        (self.name, self.linkageName, self.isWhole) = (name, linkageName, isWhole)
        (self.source, self.address, self.lines) = (source, address, lines)
    }

    /// The instructions, and those of them that were executed.
    var instructions: SourceCoverage.Count {
        var count = SourceCoverage.Count()
        for line in lines where !line.isData {
            count.found += 1
            count.hit += line.hits > 0 ? 1 : 0
        }
        return count
    }
}

/// A module whose code is shown.
public struct DisassembledModule: Sendable {
    /// The module's path.
    public var path: String
    /// Hexadecimal digits of an address: 8 or 16.
    public var addressDigits: Int

    /// Makes it of its fields.
    public init(path: String, addressDigits: Int) {
        (self.path, self.addressDigits) = (path, addressDigits)
    }
}
