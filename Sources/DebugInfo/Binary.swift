import CElfutils
public import Coverage
import MachineCode
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// An open ELF file with the debug information that belongs to it, be it in the file itself or in a
/// separate one that libdwfl finds.
///
/// A value is one libdwfl session of its own, since libdw does not promise to be safe when threads
/// share a handle.
@safe
public struct Binary: ~Copyable {
    /// Where the file goes in memory, by its own addresses.
    public let image: Image
    /// Bytes from the image's base to the place where the program is entered; nil where the file
    /// names none that is code.
    public let entry: UInt64?

    private let path: String
    private let debugFolders: [String]
    private let session: Session
    private let module: OpaquePointer
    /// Nil where it is one whose instructions are not read.
    private let instructionSet: InstructionSet?
    private let own: OwnAddresses
    private let splitObjects = SplitObjects()
    private let damage = TableDamage()

    /// Opens the file at `path`.
    ///
    /// - Parameter debugFolders: absolute paths without colons, in which separate debug files are
    ///   looked for before `/usr/lib/debug`: as `.build-id/XX/YYYY.debug`, or by the name that the
    ///   file gives, in the folder itself and at the file's own path below it.
    /// - Throws: ``DebugInfoError``, but for what concerns debug information, which is looked for
    ///   when it is asked for.
    public init(path: String, debugFolders: [String] = []) throws(DebugInfoError) {
        guard let session = Session(debugFolders: debugFolders) else {
            throw .notELF(Session.lastError())
        }
        var bias: GElf_Addr = 0
        var header = GElf_Ehdr()
        guard let module = try unsafe session.add(path),
            let elf = unsafe dwfl_module_getelf(module, &bias),
            unsafe gelf_getehdr(elf, &header) != nil
        else { throw .notELF(Session.lastError()) }
        guard let image = unsafe Image(elf) else { throw .nothingToLoad }
        self.image = image
        entry = image.isCode(header.e_entry) ? header.e_entry &- image.base : nil
        instructionSet = InstructionSet(
            machine: header.e_machine, is64Bit: header.e_ident.4 == UInt8(ELFCLASS64),
            hasHighByteFirst: header.e_ident.5 == UInt8(ELFDATA2MSB))
        self.path = path
        self.debugFolders = debugFolders
        self.session = session
        unsafe self.module = module
        own = unsafe OwnAddresses(elf, image, bias: bias)
    }

    /// What the linker wrote into the file to tell it from all others; empty where it did not.
    public var buildID: [UInt8] {
        var bytes: UnsafePointer<UInt8>?
        var address: GElf_Addr = 0
        let count = unsafe dwfl_module_build_id(module, &bytes, &address)
        guard count > 0, let start = unsafe bytes else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// Hexadecimal digits of an address: 8 or 16.
    public var addressDigits: Int {
        var bias: GElf_Addr = 0
        return unsafe gelf_getclass(dwfl_module_getelf(module, &bias)) == ELFCLASS32 ? 8 : 16
    }

    /// Reads the whole line table, and what `parts` says. Where parts of the debug information are
    /// missing, or it has no functions at all, those that the symbol table names stand in.
    ///
    /// - Throws: ``DebugInfoError``, but for what concerns opening.
    public func lineTable(_ parts: LineTableParts = [.functions, .readableNames])
        throws(DebugInfoError) -> LineTable
    {
        var bias: Dwarf_Addr = 0
        // libdw takes a file of lines alone, too, of which no unit says where they belong.
        guard let dwarf = unsafe dwfl_module_getdwarf(module, &bias),
            unsafe DebugSections(dwarf_getelf(dwarf), isSplit: false).count(.info) > 0
        else {
            let elf = unsafe dwfl_module_getelf(module, &bias)
            try unsafe refuseUnreadable(elf)
            let link = unsafe elf.flatMap { unsafe DebugLink($0, path: path, buildID: buildID) }
            throw link?.stranger(in: debugFolders) ?? .noDebugInformation
        }
        try unsafe refuseUnreadable(dwarf_getelf(dwarf))
        let sources = unsafe supplementaryFiles(of: dwarf)
        let symbolFile = unsafe SymbolFile(module, own)
        let reader = try unsafe DebugInfoReader(
            dwarf, sources, image: image, bias: own.bias(of: dwarf_getelf(dwarf), bias),
            symbols: symbolFile)
        let found = try reader.read(parts)
        var table = found.table
        guard parts.contains(.functions) else { return table }
        if table.rows.isEmpty {
            throw found.hasLinePrograms && table.functions.isEmpty ? .noCode : .noLines
        }
        let isWhole = sources.stranger == nil && sources.missing().isEmpty
        if found.hasBareUnits || !isWhole {
            let symbols = FunctionList(
                Symbols.functions(in: symbolFile), image: image,
                readsNames: parts.contains(.readableNames))
            table = symbols.completing(table)
        }
        if parts.contains(.everyFunction) {
            let list = FunctionList(
                functions(), image: image, readsNames: parts.contains(.readableNames))
            table = list.addingAliases(to: list.completing(table, file: path))
        } else if parts.contains(.aliases) {
            let list = FunctionList(
                Symbols.functions(in: symbolFile), image: image, readsNames: false)
            table = list.addingAliases(to: table)
        }
        if !parts.contains(.verbatim) { table = table.withoutArtificialLines() }
        addCode(to: &table, parts)
        return table
    }

    /// Gives a table of this file, or of its debug information in another file, the instructions and what belongs to
    /// them, as far as `parts` says.
    public func addCode(to table: inout LineTable, _ parts: LineTableParts) {
        guard parts.contains(.code) else { return }
        (table.code, table.unmarkedCode) = codes(parts)
        table.calls = calls(isWhole: parts.contains(.tables))
    }

    /// What is known of functions that code calls.
    func calls(isWhole: Bool) -> CalledFunctions {
        var bias: GElf_Addr = 0
        guard let instructionSet, let elf = unsafe dwfl_module_getelf(module, &bias) else {
            return CalledFunctions()
        }
        let names = unsafe CalledNames(
            SymbolFile(module, own), elf, image, instructionSet, isWhole: isWhole,
            isWanted: CalledFunctions.isKnown)
        return CalledFunctions(names.names, landings: unsafe UnwindTable.landings(elf, image))
    }

    func code(_ parts: LineTableParts) -> Code? { codes(parts).0 }

    /// The instructions; where nothing in the file says which of ARM's two sets they are of, as they are guessed.
    private func codes(_ parts: LineTableParts) -> (Code?, UnmarkedCode?) {
        var bias: GElf_Addr = 0
        guard let instructionSet, let elf = unsafe dwfl_module_getelf(module, &bias) else {
            return (nil, nil)
        }
        var sections = unsafe ELFSections.code(elf, image, instructionSet)
        let constants =
            parts.contains(.tables)
            ? unsafe ELFSections.constants(elf, image, instructionSet) : []
        if instructionSet == .arm {
            let marks = unsafe MappingSymbols(SymbolFile(module, own))
            if marks.isEmpty, !sections.isEmpty {
                let code = unsafe UnmarkedCode(
                    sections, constants: constants, entries: marks.functions + entries(elf))
                return (code.code(), code)
            }
            sections = marks.parts(of: sections)
        }
        let pointers =
            parts.contains(.tables) ? unsafe Relocations.codeAddresses(elf, image) : nil
        return (
            sections.isEmpty ? nil : Code(sections, constants: constants, pointers: pointers), nil
        )
    }

    /// What is called before `main`, or behind it, and linkers' stubs, which begin as ARM's.
    private func entries(_ elf: OpaquePointer) -> [UnmarkedCode.Entry] {
        let startup = unsafe StartupCode.addresses(
            elf, image, pointer: Pointers(elf, in: StartupCode.lists).callAsFunction)
        let stubs = unsafe ELFSections.executable(elf)
            .filter { LinkageStub.isSection($0.name) }
        return startup.map { UnmarkedCode.Entry($0 & ~1, isThumb: $0 & 1 == 1) }
            + stubs.compactMap { image.own($0.addresses) }
            .map { UnmarkedCode.Entry($0.lowerBound, isThumb: false) }
    }

    /// What is wrong with the tables by which functions were found: the table, the place and what it is, a line each. None before
    /// ``functionTable(readsNames:)``, or all functions of ``lineTable(_:)``, were asked for.
    public var damagedTables: [String] { damage.texts }

    /// The files that the debug information refers to and that are not found, as it names them: the one
    /// that dwz made of what several files share, and those of split units.
    public func missingFiles() -> [String] {
        var bias: Dwarf_Addr = 0
        guard let dwarf = unsafe dwfl_module_getdwarf(module, &bias) else { return [] }
        return unsafe supplementaryFiles(of: dwarf).missing()
    }

    /// Where the file that dwz made of what several files share is there, but is another one: what is to
    /// be said of it.
    public func otherSharedFile() -> DebugInfoError? {
        var bias: Dwarf_Addr = 0
        guard let dwarf = unsafe dwfl_module_getdwarf(module, &bias) else { return nil }
        let sources = unsafe supplementaryFiles(of: dwarf)
        guard let stranger = sources.stranger, let reference = sources.reference else { return nil }
        return .otherSharedFile(stranger.path, id: stranger.id, named: reference.id)
    }

    private func supplementaryFiles(of dwarf: OpaquePointer) -> SupplementaryFiles {
        unsafe SupplementaryFiles(
            dwarf, package(), splitObjects, files: files, debugFolders: debugFolders)
    }

    /// The file, and what has its debug information, be it the same.
    private var files: [String] {
        var debugFile: UnsafePointer<CChar>?
        unsafe dwfl_module_info(module, nil, nil, nil, nil, nil, nil, &debugFile)
        return [path, unsafe debugFile.map { unsafe PathText.text(cString: $0) } ?? path]
    }

    /// The split units that are put together beside the file, or beside its separate debug file.
    private func package() -> UnitPackage? {
        let separate = files[1]
        let names = [
            path, separate, separate.hasSuffix(".debug") ? String(separate.dropLast(6)) : path,
        ]
        return names.lazy.compactMap { UnitPackage(path: $0 + ".dwp") }.first
    }

    /// The functions that there is anything to tell by but debug information, as functions of the ELF file itself
    /// without lines: symbols, tables for exceptions, Go's table, linkers' stubs, and what is called before `main`. One
    /// without a name is called after its address, `sub_1234`; a stub after what it calls, `memcpy@plt`. None
    /// where there is nothing but stubs and what is called before `main`.
    ///
    /// - Parameter readsNames: whether names are demangled.
    public func functionTable(readsNames: Bool = true) -> LineTable {
        let list = FunctionList(functions(), image: image, readsNames: readsNames)
        let empty = LineTable(files: [], rows: [], functions: [])
        return list.isUseful ? list.completing(empty, file: path) : empty
    }

    /// Bytes from the image's base to each function under a name: the linker's, without a version, the readable one, or
    /// one that ``functionTable(readsNames:)`` has made.
    public func offsets(ofFunction name: String) -> [UInt64] {
        var addresses = Symbols.functions(named: name, in: unsafe SymbolFile(module, own))
        if addresses.isEmpty {
            let table = functionTable(readsNames: false)
            addresses.formUnion(
                table.functions.lazy.filter { function in
                    function.name == name || function.aliases.contains(name)
                }.map(\.entry))
        }
        return addresses.filter { image.isCode($0) }.map { $0 - image.base }.sorted()
    }

    /// What says of anything that it is a function.
    private func functions() -> [FoundFunction] {
        var bias: GElf_Addr = 0
        var found = Symbols.functions(in: unsafe SymbolFile(module, own), damage)
        guard let elf = unsafe dwfl_module_getelf(module, &bias) else { return found }
        let names = Dictionary(
            found.map { ($0.address, $0.name ?? "") }, uniquingKeysWith: { min($0, $1) })
        let pointers = unsafe Pointers(
            elf, in: StartupCode.lists.union(GoTable.sections), damage)
        var stubSections: [Range<UInt64>] = []
        if let instructionSet, !image.isRelocatable {
            let stubs = unsafe LinkageStub.stubs(elf, image, instructionSet, damage) { names[$0] }
            found += stubs.map { stub in
                FoundFunction(
                    address: stub.start, size: stub.end - stub.start,
                    name: stub.name.map { $0 + "@plt" }, source: .stub)
            }
            stubSections = unsafe ELFSections.executable(elf)
                .filter { LinkageStub.isSection($0.name) }.map(\.addresses)
        }
        if let table = unsafe GoTable(elf, image, damage, pointer: pointers.callAsFunction) {
            found += table.functions()
        }
        found += unsafe UnwindTable.functions(elf, image, damage) { address in
            stubSections.contains { $0.contains(address) }
        }
        if own.hasThumbBit { found += unsafe ExceptionIndex.functions(elf, image, damage) }
        let startup =
            unsafe StartupCode.addresses(elf, image, pointer: pointers.callAsFunction)
            + (image.isRelocatable ? [] : StartupCode.sections(elf))
        found += startup.map { address in
            FoundFunction(
                address: own.hasThumbBit ? address & ~1 : address, size: 0, name: nil,
                source: .startup)
        }
        return found
    }

    /// The executable sections, or where there are none the segments, as functions of the ELF file
    /// itself without lines: what is left of a file that is stripped of all symbols.
    public func sectionTable() -> LineTable {
        var bias: GElf_Addr = 0
        let elf = unsafe dwfl_module_getelf(module, &bias)
        let sections = unsafe elf.map { unsafe ELFSections.executable($0) } ?? []
        let named = sections.compactMap { section -> (String, Range<UInt64>)? in
            image.own(section.addresses).map { (section.name, $0) }
        }
        let parts = named.isEmpty ? image.executable.map { ("segment", $0) } : named
        let functions = parts.map { name, addresses in
            LineTable.Function(
                name: name, linkageName: name, file: 0, line: 0, entry: addresses.lowerBound,
                ranges: [addresses])
        }
        return LineTable(files: [path], rows: [], functions: functions)
    }

    private func refuseUnreadable(_ elf: OpaquePointer?) throws(DebugInfoError) {
        guard let elf = unsafe elf, let section = unsafe ELFSections.unreadable(elf) else { return }
        throw .unknownCompression(section: section)
    }
}

/// What is read into a line table beside its rows.
public struct LineTableParts: OptionSet, Sendable {
    /// The bits of all parts.
    public let rawValue: UInt8

    /// Makes a set of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Functions that have code of their own.
    public static let functions = LineTableParts(rawValue: 1)
    /// Functions that were inlined, and where; with the others.
    public static let inlinedCalls = LineTableParts(rawValue: 2)
    /// The names of both as people write them; without it, as the linker has them.
    public static let readableNames = LineTableParts(rawValue: 4)
    /// The instructions, where it is known how to read the processor's.
    public static let code = LineTableParts(rawValue: 8)
    /// Data that the code reads, its jump tables among it; with the code.
    public static let tables = LineTableParts(rawValue: 16)
    /// What debug information says of code, and not what that means for coverage: lines of functions, too, that a
    /// compiler has made of its own accord, and GCC's one name for all variants of a constructor.
    public static let verbatim = LineTableParts(rawValue: 32)
    /// Functions that debug information does not know, too, as those of a file without any: linkers' stubs among them.
    public static let everyFunction = LineTableParts(rawValue: 64)

    /// All names of functions that symbols have; they are there in any case where debug information is not all that
    /// functions are taken from.
    public static let aliases = LineTableParts(rawValue: 128)

    /// What reports of coverage are made of; names are the linker's.
    public static let coverage: LineTableParts = [.functions, .inlinedCalls, .code]
}
