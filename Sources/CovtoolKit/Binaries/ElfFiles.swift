import Coverage
import DebugInfo
import Threading

#if canImport(Glibc)
    import Glibc
#endif

/// The ELF files that a report looks into.
public struct ElfFiles: Sendable {
    /// Those that are named; if none is, the modules' own.
    public var files: [NamedElf]
    /// Where modules' files and separate debug files are looked for.
    public var folders: ElfFolders

    /// Makes a list of files.
    public init(_ files: [NamedElf] = [], in folders: ElfFolders = ElfFolders()) {
        self.files = files
        self.folders = folders
    }

    /// Makes sure that the named files can be read, long before they are.
    ///
    /// - Throws: ``Failure``
    public func check() throws(Failure) {
        for file in files where unsafe access(file.path, R_OK) != 0 {
            throw NamedElf.failure(file.path, errno)
        }
    }

    /// A file that is read while something else is done.
    public struct Ahead {
        fileprivate let path: String
        fileprivate let file: Future<Result<ElfFile, DebugInfoError>>
    }

    /// Begins to read the first of the named files, as ``forEachModule`` does.
    public func readingAhead(_ parts: LineTableParts) -> Ahead? {
        guard let path = files.first?.path else { return nil }
        let folders = folders
        let file = Future {
            Result { () throws(DebugInfoError) in try ElfFile(path, folders, parts) }
        }
        return Ahead(path: path, file: file)
    }

    /// Calls `body` with each module that is asked for, and what its file says.
    ///
    /// - Parameters:
    ///   - parts: what is read of it beside the lines.
    ///   - ahead: what is being read already, with the same parts.
    ///   - warnings: what becomes of a file that is not the one that ran.
    ///   - isOptional: whether it is no matter if none of the modules' own files gives anything.
    ///   - needsLines: whether libraries without debug information are left out where other modules
    ///     have it. A tracefile would name them as source files. A program is what a report is of, and
    ///     is there in any case.
    /// - Throws: ``Failure`` where a named file gives nothing, or all files together.
    public func forEachModule(
        of profile: Profile, parts: LineTableParts = [.functions, .readableNames],
        ahead: Ahead? = nil,
        warnings: Warnings, isOptional: Bool = false, needsLines: Bool = true,
        _ body: (ModuleCoverage, Image, LineTable) -> Void
    ) throws(Failure) {
        if files.isEmpty {
            try forOwnModules(of: profile, parts, warnings, isOptional, needsLines, body)
        } else {
            for file in files {
                try forNamed(file.path, ahead, of: profile, parts, warnings, body)
            }
        }
    }

    /// The modules that the named files stand for, or all where none is named.
    public func modules(of profile: Profile) throws(Failure) -> [ModuleCoverage] {
        guard !files.isEmpty else { return profile.modules }
        var modules: [ModuleCoverage] = []
        for file in files {
            do throws(DebugInfoError) {
                let buildID = try Binary(path: file.path).buildID
                modules += ElfFile.modules(of: profile, path: file.path, buildID: buildID)
            } catch {
                throw Failure(elf: file.path, error)
            }
        }
        return modules
    }

    /// The profile with the blocks of no module in modules of the named files that lie there.
    ///
    /// - Parameter facts: what is known of the traces.
    public func placing(_ profile: Profile, _ facts: TraceFacts) throws(Failure) -> Profile {
        try placing([profile], facts)[0]
    }

    /// The profiles, which have the same modules, with the blocks of no module in modules of the named
    /// files that lie there: of those that are named with their base, and of those that are no module's.
    ///
    /// Where traces' own formats left the place to the files, the module that came of it is the one that other traces
    /// have of the file.
    ///
    /// - Parameter facts: what is known of the traces.
    /// - Throws: ``Failure`` where nothing lies in a file that is named with its base.
    public func placing(_ profiles: [Profile], _ facts: TraceFacts) throws(Failure) -> [Profile] {
        var placed = profiles
        let absolute = files.map { FilePath.absolute($0.path) }
        for path in Set(absolute).intersection(facts.placedPaths).sorted() {
            placed = placed.map { $0.joining(path) }
        }
        for (file, path) in zip(files, absolute)
        where file.base != nil || profiles.contains(where: { !$0.outside.isEmpty }) {
            let (image, buildID): (Image, [UInt8])
            do throws(DebugInfoError) {
                let binary = try Binary(path: file.path)
                (image, buildID) = (binary.image, binary.buildID)
            } catch {
                throw Failure(elf: file.path, error)
            }
            let isModule = profiles.contains {
                !ElfFile.modules(of: $0, path: file.path, buildID: buildID).isEmpty
            }
            guard file.base != nil || !isModule else { continue }
            let next = placed.map {
                $0.placingOutside(path, base: file.base ?? image.base, size: image.size)
            }
            if next.contains(where: { $0.modules.last?.blocks.isEmpty == false }) {
                placed = facts.placedPaths.contains(path) ? next.map { $0.joining(path) } : next
            } else if let base = file.base, !facts.placedPaths.contains(path) {
                throw Failure(
                    .badData,
                    """
                    \(file.path): no block outside all modules is at its addresses, from \
                    \(hex(base)) to \(hex(base &+ image.size))
                    """)
            }
        }
        return placed
    }

    /// The profile, of whose blocks nothing is known, with modules for the named files that lie where blocks of no module can be:
    /// those that are named with their base, and programs at fixed addresses that are no module.
    ///
    /// - Parameter facts: what is known of the traces.
    /// - Throws: ``Failure`` for a file that is none.
    func placingModules(_ profile: Profile, _ facts: TraceFacts) throws(Failure) -> Profile {
        var placed = profile
        for file in files where !facts.placedPaths.contains(FilePath.absolute(file.path)) {
            do throws(DebugInfoError) {
                let binary = try Binary(path: file.path)
                let isModule = !ElfFile.modules(
                    of: profile, path: file.path, buildID: binary.buildID
                ).isEmpty
                guard file.base != nil || binary.image.isFixed && !isModule else { continue }
                placed = placed.placingOutside(
                    FilePath.absolute(file.path), base: file.base ?? binary.image.base,
                    size: binary.image.size)
            } catch {
                throw Failure(elf: file.path, error)
            }
        }
        return placed
    }

    /// The same without the files of modules that are not wanted, which is no reason to say that they
    /// belong to no module.
    public func keepingWanted(of profile: Profile) -> ElfFiles {
        var kept = self
        kept.files.removeAll { file in
            let path = FilePath.absolute(file.path)
            return file.base == nil
                && ModuleMatch.modules(for: path, in: profile.modules).isEmpty
                && ModuleMatch.isAny(of: profile.unwantedPaths, for: path)
        }
        return kept
    }

    private func forNamed(
        _ path: String, _ ahead: Ahead?, of profile: Profile, _ parts: LineTableParts,
        _ warnings: Warnings, _ body: (ModuleCoverage, Image, LineTable) -> Void
    ) throws(Failure) {
        let file: ElfFile
        do throws(DebugInfoError) {
            file =
                if let ahead, ahead.path == path {
                    try ahead.file.value.get()
                } else {
                    try ElfFile(path, folders, parts)
                }
        } catch {
            throw Failure(elf: path, error)
        }
        let named = file.modules(of: profile)
        guard !named.isEmpty else {
            let known = profile.modules.map { SourcePath.baseName($0.path) }
            throw Failure(
                .badData,
                """
                \(path): belongs to no module of the trace, which has \(listed(known)) (use a file with the \
                module's name)
                """)
        }
        tellDetail(of: [file], warnings)
        let fitting = named.filter { file.difference(from: $0) == nil }
        for module in fitting.isEmpty ? named : fitting {
            try check(file, module, warnings)
            body(module, file.image(of: module), file.table(for: module))
        }
    }

    private func forOwnModules(
        of profile: Profile, _ parts: LineTableParts, _ warnings: Warnings, _ isOptional: Bool,
        _ needsLines: Bool,
        _ body: (ModuleCoverage, Image, LineTable) -> Void
    ) throws(Failure) {
        var (missing, silent): ([String], [ModuleCoverage]) = ([], [])
        var lacks: [String: DebugInfoError] = [:]
        var isAnyKnown = false
        // A row that names no absolute path is no file: the vDSO, or memory without a file.
        for module in profile.modules where module.path.hasPrefix("/") {
            let path = folders.path(ofModule: module.path)
            let file: ElfFile
            do throws(DebugInfoError) {
                file = try ElfFile(path, folders, parts, needsLines: true)
            } catch {
                switch error {
                case .otherBuild where warnings.isStrict: throw Failure(elf: path, error)
                case _ where error.isNone:
                    silent.append(module)
                    lacks[module.path] = error
                case .cannotOpen, .notRegular: missing.append(module.path)
                case .notELF where !warnings.isStrict, .nothingToLoad where !warnings.isStrict:
                    warnings.warnAnyway("\(Failure(elf: path, error).message): left out")
                case .broken:
                    let name = SourcePath.baseName(module.path)
                    let said = Failure(elf: path, error).message
                    throw Failure(
                        .badData, "\(said) (--exclude-module \(name) leaves the file out)")
                default: throw Failure(elf: path, error)
                }
                continue
            }
            try check(file, module, warnings)
            body(module, file.image(of: module), file.table(for: module))
            isAnyKnown = true
        }
        let replaced = missing.filter { ReplacedPath($0) != nil }
        if !replaced.isEmpty {
            warnings.say(
                "another build has replaced what ran: \(listed(replaced)) (--elf FILE names the build that ran)"
            )
        }
        missing.removeAll { ReplacedPath($0) != nil }
        if !missing.isEmpty {
            warnings.say(
                "cannot be opened: \(listed(missing)) (use --elf FILE or --sysroot FOLDER to say where they are)"
            )
        }
        guard isAnyKnown || !silent.isEmpty else {
            if isOptional { return }
            throw Failure(
                .badData,
                "the file of no module of the trace can be read: name it with --elf, or its folder with --sysroot"
            )
        }
        let isKept = { (module: ModuleCoverage) in
            !isAnyKnown || !needsLines || !SystemLibraries.isSharedObject(module.path)
        }
        let left = silent.filter { !isKept($0) }
        if !left.isEmpty {
            let left = left.compactMap { module in lacks[module.path].map { (module, $0) } }
            for case (_, .otherBuild(let file, let id, let own)) in left {
                let error = DebugInfoError.otherBuild(debugFile: file, buildID: id, own: own)
                warnings.warnAnyway(Failure(elf: "", error).message)
            }
            for (error, names) in byLack(left.map { ($0.0.path, $0.1) }) {
                warnings.say(
                    "\(error.lack) \(listed(names)): left out (use --elf FILE for its symbols)")
            }
        }
        try forSilent(silent.filter(isKept), parts, warnings, body)
    }

    /// The modules without debug information.
    private func forSilent(
        _ modules: [ModuleCoverage], _ parts: LineTableParts, _ warnings: Warnings,
        _ body: (ModuleCoverage, Image, LineTable) -> Void
    ) throws(Failure) {
        var files: [ElfFile] = []
        for module in modules {
            let path = folders.path(ofModule: module.path)
            do throws(DebugInfoError) {
                files.append(try ElfFile(path, folders, parts))
            } catch {
                throw Failure(elf: path, error)
            }
        }
        tellDetail(of: files, warnings)
        for (file, module) in zip(files, modules) {
            try check(file, module, warnings)
            body(module, file.image(of: module), file.table(for: module))
        }
    }

    private func check(_ file: ElfFile, _ module: ModuleCoverage, _ warnings: Warnings)
        throws(Failure)
    {
        if let stranger = file.stranger {
            try warnings.warn(Failure(elf: file.path, stranger))
        }
        for damage in file.damagedTables { try warnings.warn("\(file.path): \(damage)") }
        if !file.missingFiles.isEmpty {
            warnings.warnAnyway(
                """
                \(file.path): \(listed(file.missingFiles)), which \
                \(file.missingFiles.count == 1 ? "has" : "have") a part of its debug information, \
                \(file.missingFiles.count == 1 ? "is" : "are") not found: functions are taken from symbols
                """)
        }
        guard let difference = file.difference(from: module) else { return }
        try warnings.warn("\(file.path): \(difference): probably not the file that ran")
    }

    /// Says what stands in for debug information.
    private func tellDetail(of files: [ElfFile], _ warnings: Warnings) {
        for (detail, words) in [
            (ElfFile.Detail.functions, "coverage by function, without lines"),
            (.sections, "nothing says where functions are: coverage by section, without lines"),
        ] {
            let lacking = files.filter { $0.detail == detail }.compactMap { file in
                file.lack.map { (file.path, $0) }
            }
            for (error, names) in byLack(lacking) {
                let hint = error == .noCode ? "" : " (lines need a build with -g)"
                warnings.say("\(error.lack) \(listed(names)): \(words)\(hint)")
            }
        }
    }

    /// The files' names by what is to be said of them.
    private func byLack(_ files: [(String, DebugInfoError)]) -> [(DebugInfoError, [String])] {
        var found: [(error: DebugInfoError, names: [String])] = []
        for (path, error) in files {
            let name = SourcePath.baseName(path)
            if let known = found.firstIndex(where: { $0.error.lack == error.lack }) {
                found[known].names.append(name)
            } else {
                found.append((error, [name]))
            }
        }
        return found.map { ($0.error, $0.names) }
    }

    private func listed(_ names: [String]) -> String {
        names.isEmpty ? "no module" : names.joined(separator: ", ")
    }
}

/// What `--elf` names: a file, or a file that lay at an address, `FILE@BASE`.
public struct NamedElf: Sendable {
    /// The file's path.
    public let path: String
    /// The guest address of its lowest segment; nil where none is named.
    public let base: UInt64?

    /// A file whose own name ends so is that file.
    public init(argument: String) {
        guard let at = argument.lastIndex(of: "@"), at > argument.startIndex,
            let base = NamedElf.number(argument[argument.index(after: at)...]),
            !FilePath.exists(argument)
        else {
            (path, base) = (argument, nil)
            return
        }
        (path, self.base) = (String(argument[..<at]), base)
    }

    /// That a file which may have been named so cannot be opened.
    static func failure(_ path: String, _ number: Int32) -> Failure {
        let failure = Failure.reading(path, number)
        guard number == ENOENT, let at = path.lastIndex(of: "@"), at > path.startIndex,
            FilePath.exists(String(path[..<at]))
        else { return failure }
        return Failure(
            failure.status,
            """
            \(path): cannot be read: no such file, and '\(path[path.index(after: at)...])' is no \
            address for \(path[..<at]) (decimal, or hexadecimal with 0x)
            """)
    }

    private static func number(_ text: Substring) -> UInt64? {
        AddressText.address(text) ?? (text.allSatisfy(\.isASCII) ? UInt64(text) : nil)
    }
}
