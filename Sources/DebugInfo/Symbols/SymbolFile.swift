import CElfutils

/// The symbol table of an ELF file as libdwfl finds it: `.symtab` of the file, or of its separate debug
/// file, else `.dynsym` together with the compressed table that some distributions put into
/// `.gnu_debugdata`.
@safe
struct SymbolFile {
    private let module: OpaquePointer
    private let own: OwnAddresses

    init(_ module: OpaquePointer, _ own: OwnAddresses) {
        unsafe self.module = unsafe module
        self.own = own
    }

    /// Calls `body` with each symbol that is defined, its address in the ELF file, and its name, whose
    /// bytes stay as long as the module does.
    ///
    /// - Parameter damage: takes a symbol that cannot be read.
    func forEach(
        _ damage: TableDamage? = nil,
        _ body: (GElf_Sym, _ address: UInt64, _ name: UnsafePointer<CChar>) -> Void
    ) {
        var file: OpaquePointer?
        var fileBias: UInt64?
        for index in 0..<max(0, unsafe dwfl_module_getsymtab(module)) {
            var symbol = GElf_Sym()
            var address: GElf_Addr = 0
            var section: GElf_Word = 0
            var elf: OpaquePointer?
            var bias: Dwarf_Addr = 0
            guard
                let text = unsafe dwfl_module_getsym_info(
                    module, index, &symbol, &address, &section, &elf, &bias)
            else {
                damage?.add("the symbol table", at: nil, "symbol \(index) cannot be read")
                continue
            }
            guard section != SHN_UNDEF else { continue }
            if unsafe fileBias == nil || elf != file {
                unsafe file = unsafe elf
                // What is added to an address that libdwfl gives.
                fileBias = unsafe own.bias(of: elf, bias) &- bias
            }
            address = (address &+ (fileBias ?? 0)) & (own.hasThumbBit ? ~1 : ~0)
            unsafe body(symbol, address, text)
        }
    }

    /// Whether it has a symbol of a function.
    var hasFunctions: Bool {
        var found = false
        unsafe forEach { symbol, _, _ in
            if Int32(symbol.st_info) & 0xF == STT_FUNC { found = true }
        }
        return found
    }

    /// The names of what begins at some addresses.
    func names(at addresses: Set<UInt64>) -> [UInt64: [String]] {
        var found: [UInt64: [String]] = [:]
        unsafe forEach { _, address, text in
            guard addresses.contains(address) else { return }
            unsafe found[address, default: []].append(String(cString: text))
        }
        return found
    }
}
