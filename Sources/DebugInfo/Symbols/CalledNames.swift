import CElfutils
import Coverage
import MachineCode

/// The names of functions by the addresses at which code calls them: their own, or those of the stubs that a linker
/// makes for functions of other files.
struct CalledNames {
    /// What is called at an address.
    private(set) var names: [UInt64: String] = [:]
    private let isWanted: (String) -> Bool

    /// - Parameters:
    ///   - isWanted: whether a name is of interest.
    ///   - isWhole: whether names of the file's own functions matter where it has others by stubs. To read them takes
    ///     more time, and a program has the C library's functions in itself or by stubs.
    init(
        _ file: SymbolFile, _ elf: OpaquePointer, _ image: Image, _ set: InstructionSet,
        isWhole: Bool, isWanted: @escaping (String) -> Bool
    ) {
        self.isWanted = isWanted
        if !isWhole { unsafe addStubs(elf, image, set) }
        if names.isEmpty {
            addOwn(file)
            unsafe addStubs(elf, image, set)
        }
    }

    /// Of a static program, the functions that choose an implementation have the name, and stubs lead to it.
    private mutating func addOwn(_ file: SymbolFile) {
        let filter = CalledFunctions.NameFilter()
        unsafe file.forEach { symbol, address, text in
            let type = Int32(symbol.st_info) & 0xF
            guard type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE else { return }
            var (beginning, length): (UInt64, Int) = (0, 0)
            while length <= filter.longest {
                let byte = unsafe UInt8(bitPattern: text[length])
                guard byte != 0, byte != UInt8(ascii: "@") else { break }
                if length < 8 { beginning |= UInt64(byte) << UInt64(56 - 8 * length) }
                length += 1
            }
            guard filter.takes(beginning, length: length) else { return }
            add(unsafe String(cString: text), at: address)
        }
    }

    private mutating func addStubs(
        _ elf: OpaquePointer, _ image: Image, _ set: InstructionSet
    ) {
        for stub in unsafe LinkageStub.stubs(elf, image, set, ownName: { names[$0] }) {
            guard let name = stub.name, isWanted(name) else { continue }
            names[stub.start] = name
            names[stub.load] = name
        }
    }

    private mutating func add(_ name: String, at address: UInt64) {
        // `name@@VERSION` in some symbol tables.
        let own = name.utf8.firstIndex(of: UInt8(ascii: "@")).map { String(name[..<$0]) } ?? name
        if isWanted(own) { names[address] = own }
    }
}
