import Coverage
import DebugInfo
import Trace

/// An ELF file, read for what it says of its addresses.
struct ElfFile: Sendable {
    /// What addresses are told by.
    enum Detail: Sendable {
        /// Lines and functions: there is debug information.
        case lines
        /// Functions without lines, by symbols and what else there is.
        case functions
        /// Nothing but the sections.
        case sections
    }

    /// The path on this machine.
    let path: String
    let image: Image
    /// What it says of its addresses: lines and functions, functions alone, or sections.
    let table: LineTable
    let detail: Detail
    /// Why there are no lines; nil where there are.
    let lack: DebugInfoError?
    /// Files that its debug information refers to and that are not found.
    let missingFiles: [String]
    /// What is wrong with the tables by which functions were found.
    let damagedTables: [String]
    /// The separate debug file, or the one that it shares with others, that is not of its build.
    let stranger: DebugInfoError?
    private let buildID: [UInt8]
    private let entry: UInt64?
    private let folders: ElfFolders
    private let parts: LineTableParts

    /// Hexadecimal digits of an address: 8 or 16.
    let addressDigits: Int

    /// - Parameters:
    ///   - parts: what is read of it beside the lines.
    ///   - needsLines: whether a file without debug information is an error.
    init(
        _ path: String, _ folders: ElfFolders, _ parts: LineTableParts, needsLines: Bool = false
    ) throws(DebugInfoError) {
        let binary = try folders.open(path)
        self.path = path
        self.folders = folders
        self.parts = parts
        image = binary.image
        buildID = binary.buildID
        entry = binary.entry
        addressDigits = binary.addressDigits
        do throws(DebugInfoError) {
            table = try binary.lineTable(parts)
            missingFiles = binary.missingFiles()
            stranger = binary.otherSharedFile()
            detail = .lines
            lack = nil
        } catch  where error.isNone && !needsLines {
            lack = error
            if case .otherBuild = error { stranger = error } else { stranger = nil }
            missingFiles = []
            var found = binary.functionTable(readsNames: parts.contains(.readableNames))
            detail = found.functions.isEmpty ? .sections : .functions
            if found.functions.isEmpty { found = binary.sectionTable() }
            binary.addCode(to: &found, parts)
            table = found
        }
        damagedTables = binary.damagedTables
    }

    /// The modules of a profile that it stands for: by its name, or its name without `.debug`, or
    /// else by its build-id.
    func modules(of profile: Profile) -> [ModuleCoverage] {
        ElfFile.modules(of: profile, path: path, buildID: buildID)
    }

    /// The same of the file at `path` with this build-id.
    static func modules(of profile: Profile, path: String, buildID: [UInt8]) -> [ModuleCoverage] {
        if !buildID.isEmpty {
            let replaced = profile.modules.filter { ReplacedPath($0.path)?.buildID == buildID }
            if !replaced.isEmpty { return replaced }
        }
        let own = FilePath.absolute(path)
        let named = ModuleMatch.modules(for: own, in: profile.modules)
        guard named.isEmpty else { return named }
        if own.hasSuffix(".debug") {
            let whole = ModuleMatch.modules(for: String(own.dropLast(6)), in: profile.modules)
            if !whole.isEmpty { return whole }
        }
        guard !buildID.isEmpty else { return [] }
        return profile.modules.filter {
            BuildID.ofFile(at: $0.path, size: $0.size) == buildID
        }
    }

    /// What it says of a module. Where sections are all there is, one counts as entered where it was
    /// executed first, since no more is known of what begins there.
    func table(for module: ModuleCoverage) -> LineTable {
        var table = withCode(of: module)
        if let unmarked = table.unmarkedCode {
            let base = image(of: module).base
            table.code = unmarked.code(
                executed: module.blocks.elements.map { block in
                    let start = base &+ block.offset
                    return start..<max(start, start &+ UInt64(block.size))
                }, functions: table.functions.map(\.entry))
        }
        guard detail == .sections else { return table }
        let covered = AddressRanges(module.blocks, base: image(of: module).base).ranges
        let functions = table.functions.map { section in
            var section = section
            let first = covered.first { range in section.ranges.contains { $0.overlaps(range) } }
            section.entry = max(section.entry, first?.lowerBound ?? 0)
            return section
        }
        var sections = LineTable(files: table.files, rows: [], functions: functions)
        if parts.contains(.everyFunction) {
            sections.code = table.code
            sections.calls = table.calls
        }
        return sections
    }

    /// The table, with the module's own code where this is a file of debug information alone.
    private func withCode(of module: ModuleCoverage) -> LineTable {
        let own = folders.path(ofModule: module.path)
        guard detail == .lines, table.code == nil, !buildID.isEmpty, own != path else {
            return table
        }
        var whole = table
        do throws(DebugInfoError) {
            let binary = try folders.open(own)
            if binary.buildID == buildID { binary.addCode(to: &whole, parts) }
        } catch {
            // It is no loss that could be helped.
        }
        return whole
    }

    /// Where the module's file goes in memory.
    ///
    /// A program that was worked over after it was linked (patchelf) can begin below its separate debug
    /// file, which has its build-id, or end behind it. If it runs at the addresses that it says, those of
    /// its code are still the same, and it is the file that ran that says where a trace counts from; else
    /// they are where both begin at one address.
    func image(of module: ModuleCoverage) -> Image {
        guard !buildID.isEmpty, path != module.path, !ElfFile.fits(module, image),
            let own = BuildID.image(ofFile: module.path, with: buildID),
            own.isFixed == image.isFixed, own.isFixed || own.base == image.base,
            ElfFile.fits(module, own)
        else { return image }
        return own
    }

    /// Why this can hardly be the file that ran, nil where nothing speaks against it.
    ///
    /// A trace knows of a module how much memory it takes and where it is entered; and where its own
    /// file is still there, that has a build-id.
    func difference(from module: ModuleCoverage) -> String? {
        guard !image.isRelocatable else { return nil }
        let image = image(of: module)
        if !ElfFile.fits(module, image) {
            return """
                takes \(hex(image.size)) bytes of memory, \(module.path) in the trace \
                \(hex(module.size))
                """
        }
        // The lowest bit of an ARM function's address says that it is in Thumb code.
        if let entry, let other = module.entry, other > 0,
            (self.image.base &+ entry) & ~1 != (image.base &+ other) & ~1
        {
            return "is entered at \(hex(entry)), \(module.path) in the trace at \(hex(other))"
        }
        if !buildID.isEmpty, path != module.path,
            let other = BuildID.ofFile(at: module.path, size: module.size), other != buildID
        {
            return """
                has the build-id \(ElfFile.text(buildID)), \(module.path) the build-id \
                \(ElfFile.text(other))
                """
        }
        return nil
    }

    /// Whether a file that takes as much memory as `image` can be this module. Some recorders give
    /// a module's end to the byte, some to the page.
    private static func fits(_ module: ModuleCoverage, _ image: Image) -> Bool {
        module.size == image.size || (module.size < image.size && image.size - module.size < 0x1000)
    }

    fileprivate static func text(_ buildID: [UInt8]) -> String {
        buildID.hexadecimal
    }
}

extension DebugInfoError {
    /// Whether there is no debug information, which other things can stand in for.
    var isNone: Bool {
        switch self {
        case .noDebugInformation, .noLines, .noCode, .otherBuild: true
        default: false
        }
    }

    /// What is to be said of files without lines, before their names.
    var lack: String {
        switch self {
        case .noLines: "no lines (.debug_line) in the debug information of"
        case .noCode: "no executable section has the addresses in the debug information of"
        default: "no debug information in"
        }
    }
}

extension Failure {
    /// An ELF file that says nothing of its addresses.
    init(elf path: String, _ error: DebugInfoError) {
        switch error {
        case .cannotOpen(let number): self = NamedElf.failure(path, number)
        case .notRegular: self.init(.badData, "\(path): is not a regular file")
        case .notELF(let reason): self.init(.badData, "\(path): not an ELF file: \(reason)")
        case .nothingToLoad:
            self.init(.badData, "\(path): neither a program nor a library: no code to load")
        case .noDebugInformation:
            self.init(.badData, "\(path): has no debug information (DWARF): build it with -g")
        case .noLines:
            self.init(
                .badData, "\(path): has no lines in its debug information: .debug_line is missing")
        case .noCode:
            self.init(
                .badData,
                "\(path): no executable section has the addresses in its debug information")
        case .otherBuild(let file, let buildID, let own):
            let ids = "\(ElfFile.text(buildID)) and \(ElfFile.text(own))"
            let reason = buildID == own ? "it has another checksum" : "their build-ids are \(ids)"
            self.init(.badData, "\(file): is not the debug information of \(path): \(reason)")
        case .otherSharedFile(let file, let id, let named):
            let reason =
                id.isEmpty
                ? "it has no build-id"
                : "its build-id is \(ElfFile.text(id)), not \(ElfFile.text(named))"
            self.init(
                .badData, "\(file): is not the file that \(path) shares with others: \(reason)")
        case .broken(let reason):
            self.init(.badData, "\(path): broken debug information: \(reason)")
        case .unknownCompression(let section):
            self.init(
                .badData,
                """
                \(path): \(section) is compressed in a way that this libelf does not know (zstd \
                needs elfutils 0.189); 'objcopy --decompress-debug-sections' makes it readable
                """)
        }
    }
}
