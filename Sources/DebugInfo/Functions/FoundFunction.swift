/// Code that something in an ELF file, which is not debug information, says is a function.
struct FoundFunction {
    /// What says it. Of several that name one address, the first in this order names the function.
    enum Source: Comparable {
        /// Symbols: of functions by their binding, and of what may be one.
        case globalSymbol, weakSymbol, localSymbol, label
        /// A linker's stub for a function of another file.
        case stub
        /// Go's table of functions.
        case goTable
        /// A table by which exceptions find their way.
        case unwindTable
        /// An address that is called before `main`, or behind it.
        case startup
    }

    /// By the ELF file's own addresses.
    var address: UInt64
    /// The address behind its code; nil where nothing says it.
    var end: UInt64?
    /// As the linker has it; nil where it has none.
    var name: String?
    /// Further names.
    var aliases: [String] = []
    var source: Source

    /// - Parameter size: bytes of code; 0 where that is not known.
    init(address: UInt64, size: UInt64, name: String?, source: Source) {
        self.address = address
        let (sum, overflow) = address.addingReportingOverflow(size)
        end = size > 0 && !overflow ? sum : nil
        self.name = name
        self.source = source
    }
}
