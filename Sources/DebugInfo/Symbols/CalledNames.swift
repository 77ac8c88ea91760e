import CElfutils
import Coverage
import MachineCode

/// The names of functions by the addresses at which code calls them: their own, or those of the stubs that a linker
/// makes for functions of other files.
struct CalledNames {
    /// What is called at an address.
    private(set) var names: [UInt64: String] = [:]
    private let isWanted: (String) -> Bool

    /// - Parameter isWanted: whether a name is of interest.
    init(
        _ file: SymbolFile, _ elf: OpaquePointer, _ image: Image, _ set: InstructionSet,
        isWanted: @escaping (String) -> Bool
    ) {
        self.isWanted = isWanted
        // Of a static program, the functions that choose an implementation have the name, and stubs lead to it.
        unsafe file.forEach { symbol, address, text in
            let type = Int32(symbol.st_info) & 0xF
            guard type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE else { return }
            var length = 0
            while length <= CalledFunctions.longestName, unsafe text[length] != 0,
                unsafe text[length] != CChar(bitPattern: UInt8(ascii: "@"))
            { length += 1 }
            let first = unsafe UInt8(bitPattern: text.pointee)
            guard CalledFunctions.mayBeKnown(first, length: length) else { return }
            add(unsafe String(cString: text), at: address)
        }
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
