import Coverage
import DebugInfo
import Reports

extension SourceOptions {
    /// The modules that a report is of, where nobody names any: without the libraries of the system, unless
    /// there is nothing else.
    func reported(_ profile: Profile, _ elf: ElfOptions, _ modules: ModuleOptions) -> Profile {
        guard !systemLibraries, modules.module.isEmpty, elf.files.isEmpty else { return profile }
        let roots = elf.folders.sysroot.map { [FilePath.absolute($0)] } ?? []
        let system = SystemLibraries(of: profile.modules, roots: roots)
        let part = profile.keeping { !system.contain($0.path) }
        return part.modules.contains { $0.path.hasPrefix("/") } ? part : profile
    }

    /// Says what ``reported(_:_:_:)`` has left out.
    func tellLeftOut(_ part: Profile, of whole: Profile) {
        let count = whole.modules.count - part.modules.count
        guard count > 0 else { return }
        Diagnostics.say(
            """
            \(Amount.text(count, "library of the system is", "libraries of the system are")) left out \
            (--system-libraries has all, --module GLOB those that match)
            """)
    }

    /// The line and function coverage of the modules and source files that are asked for. The traces are
    /// read beside the first named ELF file.
    ///
    /// - Parameters:
    ///   - hasFunctionEnds: whether functions' last lines are wanted.
    ///   - listsModules: whether all modules of the result are shown, and not those alone that named ELF
    ///     files stand for.
    /// - Throws: ``Failure``, also where a path stands for different files among the modules that matter.
    func coverage(
        of input: TraceOptions, counting: Collector.Counting = .hits, _ elf: ElfOptions,
        _ parts: TableParts, hasFunctionEnds: Bool = false, listsModules: Bool = false
    ) throws(Failure) -> (files: [SourceCoverage.File], modules: [ModuleCoverage]) {
        let ahead = elf.readingAhead(parts)
        let sum = try input.sum(counting: counting)
        let whole = try elf.placing(sum.uncheckedProfile())
        let profile = reported(whole, elf, input.merging.modules)
        try sum.check { () throws(Failure) in
            try listsModules ? profile.modules : elf.modules(of: profile)
        }
        var coverage = SourceCoverage(selection, hasFunctionEnds: hasFunctionEnds)
        try elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: parts, ahead: ahead, warnings: input.warnings
        ) { module, image, table in
            coverage.add(table, covered: AddressRanges(module.blocks, base: image.base))
        }
        tellLeftOut(profile, of: whole)
        if elf.files.isEmpty { tellUnplaced(profile) }
        try check(coverage, input.warnings)
        var marked = try markedSources(input.warnings)
        let files = try marked.leaveOut(of: coverage.files)
        try tellUnfollowedMarkers(files)
        return (files, profile.modules)
    }

    /// Says of blocks in no module that reports have no place for them, and what gives them one.
    private func tellUnplaced(_ profile: Profile) {
        let count = profile.outside.count
        guard count > 0 else { return }
        Diagnostics.say(
            """
            \(Amount.text(count, "block is", "blocks are")) in no module: left out (--elf FILE@BASE says \
            what lies there)
            """)
    }

    /// Says which sources have exclusion markers that were not followed, since no folder was named. For this
    /// alone sources are looked into that are below the working folder, by links that stay in it.
    func tellUnfollowedMarkers(_ files: [SourceCoverage.File]) throws(Failure) {
        guard !noMarkers, sourceRoot.isEmpty else { return }
        let folder = FilePath.workingFolder
        let sources = try SourceFiles(in: [folder])
        let marked = files.filter(\.isSource).filter { file in
            let path = SourcePath.normalised(file.path, in: folder)
            guard path.hasPrefix(folder == "/" ? "/" : folder + "/") else { return false }
            return (try? sources.bytes(of: path)).map { !ExclusionMarkers($0.span).isEmpty }
                ?? false
        }
        guard let first = marked.first else { return }
        let others = marked.count > 1 ? " and \(marked.count - 1) more" : ""
        Diagnostics.say(
            """
            exclusion markers in \(first.path)\(others) were not followed (--source-root . follows \
            them, --no-markers says that it is not wanted)
            """)
    }

    /// The sources whose markers are to be followed.
    func markedSources(_ warnings: Warnings) throws(Failure) -> MarkedSources {
        let files = try SourceFiles(in: sourceRoot)
        return MarkedSources(noMarkers ? nil : files, warnings)
    }

    /// Says which patterns match nothing, since that is mostly a slip of the pen.
    func check(_ coverage: SourceCoverage, _ warnings: Warnings) throws(Failure) {
        let selection = selection
        for (equivalence, mapping) in zip(pathEquivalence, selection.mappings)
        where !coverage.givenPaths.contains(where: { mapping.applied(to: $0) != nil }) {
            try warnings.warn("--path-equivalence '\(equivalence.text)' fits no source file")
        }
        let paths = coverage.givenPaths.lazy.map {
            selection.whole(selection.mappings.applied(to: $0))
        }
        for (option, globs) in [("include", selection.included), ("exclude", selection.excluded)] {
            for glob in globs where !paths.contains(where: glob.matches) {
                try warnings.warn("--\(option) '\(glob.text)' matches no source file")
            }
        }
        for regex in ignoreFilenameRegex where !paths.contains(where: regex.matches) {
            try warnings.warn("--ignore-filename-regex '\(regex.text)' matches no source file")
        }
    }
}

extension ElfOptions {
    /// The same without the files of modules that are not wanted, which is no reason to say that they
    /// belong to no module.
    func keepingWanted(of profile: Profile) -> ElfOptions {
        var kept = self
        kept.files.removeAll { file in
            let path = FilePath.absolute(file.path)
            return file.base == nil
                && ModuleMatch.modules(for: path, in: profile.modules).isEmpty
                && ModuleMatch.isAny(of: profile.unwantedPaths, for: path)
        }
        return kept
    }
}
