import Folders

#if canImport(Glibc)
    import Glibc
#endif

/// Every QEMU on the PATH, and what is to be done where none records.
public struct EmulatorSurvey: Sendable {
    /// The programs of one QEMU that went the same way.
    private struct Group: Sendable {
        var folder: String
        var release: String
        var outcome: EmulatorTrial.Outcome
        var names: [String]
    }

    private var groups: [Group] = []
    private let plugin: String

    /// Tries all that the PATH has.
    ///
    /// - Throws: ``Failure`` where libcov.so is not beside this program.
    public init() throws(Failure) {
        plugin = try InstalledFiles.pluginPath()
        var known: Set<String> = []
        for folder in EmulatorChoice.searchPath {
            for name in EmulatorSurvey.names(in: folder)
            where known.insert(FilePath.absolute(folder + name)).inserted {
                add(EmulatorTrial(folder + name, plugin: plugin), folder, name)
            }
        }
    }

    /// Whether any of them records.
    public var hasRecording: Bool {
        groups.contains { if case .records = $0.outcome { true } else { false } }
    }

    /// Writes a line for libcov.so, one for each QEMU, and what to do.
    public func write(to output: inout some TextOutputStream) {
        let name = InstalledFiles.pluginName
        let place =
            LoaderCache.finds(plugin)
            ? "the loader finds it: '-plugin \(name)'"
            : "the loader does not search its folder: -plugin \"$(covtool plugin-path)\""
        output.write("\(plugin): \(place)\n")
        for group in groups {
            let release = group.release.isEmpty ? "" : "QEMU \(group.release), "
            output.write(
                "\(group.folder.dropLast()): \(release)\(EmulatorSurvey.text(group.outcome)): "
                    + group.names.joined(separator: " ") + "\n")
        }
        guard !hasRecording else { return }
        output.write(
            groups.isEmpty
                ? "there is no QEMU on the PATH: install covtool-qemu, or another one that takes plugins\n"
                : "none of these QEMUs records: install covtool-qemu, or put one that takes plugins first on the PATH\n"
        )
    }

    private mutating func add(_ trial: EmulatorTrial, _ folder: String, _ name: String) {
        if let index = groups.firstIndex(where: {
            $0.folder == folder && $0.release == trial.release && $0.outcome == trial.outcome
        }) {
            groups[index].names.append(name)
        } else {
            groups.append(
                Group(
                    folder: folder, release: trial.release, outcome: trial.outcome, names: [name]))
        }
    }

    private static func text(_ outcome: EmulatorTrial.Outcome) -> String {
        switch outcome {
        case .records(let interface): "plugin interface \(interface), records"
        case .takesNoPlugins: "takes no plugins, cannot record"
        case .refuses(let words): "refuses libcov.so (\(words))"
        case .fails(let words): "cannot be used (\(words))"
        }
    }

    /// The names of emulators in a folder, in order.
    private static func names(in folder: String) -> [String] {
        FolderNames(of: folder).filter { name in
            unsafe EmulatorChoice.isEmulator(name) && access(folder + name, X_OK) == 0
                && !FilePath.isFolder(folder + name)
        }
    }
}
