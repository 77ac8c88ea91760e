import Folders

#if canImport(Glibc)
    import Glibc
#endif

/// Every QEMU on the PATH, and what is to be done where none records.
public enum EmulatorSurvey {
    /// The programs of one folder that went the same way.
    private struct Group {
        var release: String
        var outcome: EmulatorTrial.Outcome
        var names: [String]
    }

    /// Tries all that the PATH has. Writes a line for libcov.so, those of each folder as soon as it was tried, and what to
    /// do.
    ///
    /// - Returns: whether any of them records.
    /// - Throws: ``Failure`` where libcov.so is not beside this program.
    public static func write(to output: OutputFile) throws(Failure) -> Bool {
        let plugin = try InstalledFiles.pluginPath()
        output.write("\(plugin): \(place(of: plugin))\n")
        output.flush()
        var known: Set<String> = []
        var trials: [EmulatorTrial] = []
        for folder in EmulatorChoice.searchPath {
            let tried = names(in: folder)
                .filter { known.insert(FilePath.absolute(folder + $0)).inserted }
                .map { EmulatorTrial(folder + $0, plugin: plugin) }
            for group in groups(tried) {
                let release = group.release.isEmpty ? "" : "QEMU \(group.release), "
                let names = group.names.joined(separator: " ")
                output.write("\(folder.dropLast()): \(release)\(group.outcome.text): \(names)\n")
            }
            output.flush()
            trials += tried
        }
        if trials.contains(where: \.records) { return true }
        let hasOwn = trials.contains { EmulatorChoice.isOwn(FilePath.name($0.path)) }
        output.write(
            trials.isEmpty
                ? "there is no QEMU on the PATH: install covtool-qemu, or another one that takes plugins\n"
                : "none of these QEMUs records: \(hasOwn ? "" : "install covtool-qemu, or ")"
                    + "put one that takes plugins first on the PATH\n")
        return false
    }

    /// What the loader makes of libcov.so's bare name, and what to write where that is not this file.
    private static func place(of plugin: String) -> String {
        let name = InstalledFiles.pluginName
        let option = "-plugin \"$(covtool plugin-path)\""
        guard let found = LoaderCache.file(named: name) else {
            return "the loader does not search its folder: \(option)"
        }
        return FilePath.areSame(found, plugin)
            ? "the loader finds it: '-plugin \(name)'"
            : "the loader finds another, \(found): \(option)"
    }

    private static func groups(_ trials: [EmulatorTrial]) -> [Group] {
        var groups: [Group] = []
        for trial in trials {
            let name = FilePath.name(trial.path)
            if let index = groups.firstIndex(where: {
                $0.release == trial.release && $0.outcome == trial.outcome
            }) {
                groups[index].names.append(name)
            } else {
                groups.append(Group(release: trial.release, outcome: trial.outcome, names: [name]))
            }
        }
        return groups
    }

    /// The names of emulators in a folder, in order.
    private static func names(in folder: String) -> [String] {
        FolderNames(of: folder).filter { name in
            unsafe EmulatorChoice.isEmulator(name) && access(folder + name, X_OK) == 0
                && !FilePath.isFolder(folder + name)
        }
    }
}
