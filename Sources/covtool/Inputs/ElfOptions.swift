import ArgumentParser
import Coverage
import DebugInfo

/// The ELF files that a report looks into.
struct ElfOptions: ParsableArguments {
    @Option(
        name: .customLong("elf"), parsing: .singleValue,
        help: ArgumentHelp(
            "An ELF file with debug information; may be given several times.",
            discussion: "Without it, the paths of the traces' own modules are used.",
            valueName: "file"),
        completion: .file())
    var files: [String] = []

    /// Calls `body` with each module whose debug information is asked for.
    ///
    /// - Parameter isOptional: whether it is no matter if none of the modules' own files gives
    ///   anything.
    /// - Throws: ``Failure`` where a named file gives nothing, or all files together.
    func forEachModule(
        of profile: Profile, isOptional: Bool = false,
        _ body: (ModuleCoverage, Image, LineTable) -> Void
    ) throws(Failure) {
        if files.isEmpty {
            try forOwnModules(of: profile, isOptional, body)
        } else {
            for file in files { try forNamed(file, of: profile, body) }
        }
    }

    private func forNamed(
        _ file: String, of profile: Profile, _ body: (ModuleCoverage, Image, LineTable) -> Void
    ) throws(Failure) {
        let (image, table): (Image, LineTable)
        do throws(DebugInfoError) {
            let binary = try Binary(path: file)
            (image, table) = (binary.image, try binary.lineTable())
        } catch {
            throw Failure(elf: file, error)
        }
        let named = ModuleMatch.modules(for: FilePath.absolute(file), in: profile.modules)
        guard !named.isEmpty else {
            let known = profile.modules.map { SourcePath.baseName($0.path) }
            throw Failure(
                .badData,
                "\(file): belongs to no module of the trace, which has \(listed(known))")
        }
        let fitting = named.filter { $0.fits(image) }
        for module in fitting.isEmpty ? named : fitting {
            if fitting.isEmpty {
                Diagnostics.say(
                    """
                    warning: \(file): takes \(hex(image.size)) bytes of memory, \(module.path) in \
                    the trace \(hex(module.size)): probably not the file that ran
                    """)
            }
            body(module, image, table)
        }
    }

    private func forOwnModules(
        of profile: Profile, _ isOptional: Bool, _ body: (ModuleCoverage, Image, LineTable) -> Void
    ) throws(Failure) {
        var (silent, missing): ([String], [String]) = ([], [])
        var isAnyKnown = false
        // A row that names no absolute path is no file: the vDSO, or memory without a file.
        for module in profile.modules where module.path.hasPrefix("/") {
            do throws(DebugInfoError) {
                let binary = try Binary(path: module.path)
                let table = try binary.lineTable()
                if !module.fits(binary.image) {
                    Diagnostics.say(
                        "warning: \(module.path): is not the file that ran, by its size")
                }
                body(module, binary.image, table)
                isAnyKnown = true
            } catch {
                switch error {
                case .noDebugInformation: silent.append(SourcePath.baseName(module.path))
                case .cannotOpen: missing.append(module.path)
                case .notELF where isOptional: silent.append(SourcePath.baseName(module.path))
                default: throw Failure(elf: module.path, error)
                }
            }
        }
        if isOptional, !isAnyKnown { return }
        if !silent.isEmpty { Diagnostics.say("no debug information in \(listed(silent))") }
        if !missing.isEmpty { Diagnostics.say("cannot be opened: \(listed(missing))") }
        guard isAnyKnown else {
            throw Failure(
                .badData,
                "no module of the trace has debug information (DWARF): build with -g, or name --elf"
            )
        }
    }

    private func listed(_ names: [String]) -> String {
        names.isEmpty ? "no module" : names.joined(separator: ", ")
    }
}

extension ModuleCoverage {
    /// Whether a file that takes as much memory as `image` can be this module. Some recorders give
    /// a module's end to the byte, some to the page.
    fileprivate func fits(_ image: Image) -> Bool {
        size == image.size || (size < image.size && image.size - size < 0x1000)
    }
}

extension Failure {
    /// An ELF file that gives no debug information.
    init(elf path: String, _ error: DebugInfoError) {
        switch error {
        case .cannotOpen(let number): self = .reading(path, number)
        case .notELF(let reason): self.init(.badData, "\(path): not an ELF file: \(reason)")
        case .nothingToLoad:
            self.init(.badData, "\(path): neither a program nor a library: no segment to load")
        case .noDebugInformation:
            self.init(.badData, "\(path): has no debug information (DWARF): build it with -g")
        case .broken(let reason):
            self.init(.badData, "\(path): broken debug information: \(reason)")
        }
    }
}
