import Coverage
import DebugInfo

extension SourceOptions {
    /// The part of a profile that lies in the modules that are asked for.
    func part(of profile: Profile) -> Profile {
        guard !module.isEmpty else { return profile }
        let globs = moduleGlobs
        return profile.keeping { module in globs.contains { $0.matches(module.path) } }
    }

    /// Says which patterns for modules match nothing; an error where nothing is left.
    func check(modulesOf profile: Profile, _ isStrict: Bool) throws(Failure) {
        if !profile.modules.isEmpty, part(of: profile).modules.isEmpty {
            let names = profile.modules.map { SourcePath.baseName($0.path) }
            throw Failure(
                .badData,
                "--module matches no module of the trace, which has \(names.joined(separator: ", "))"
            )
        }
        for glob in moduleGlobs where !profile.modules.contains(where: { glob.matches($0.path) }) {
            try unused("--module '\(glob.text)' matches no module of the trace", isStrict)
        }
    }

    private var moduleGlobs: [PathGlob] {
        module.map { PathGlob($0, in: FilePath.workingFolder) }
    }

    /// The line and function coverage of the modules and source files that are asked for. The traces are
    /// read beside the first named ELF file.
    ///
    /// - Parameter hasFunctionEnds: whether functions' last lines are wanted.
    func coverage(
        of traces: @autoclosure () throws(Failure) -> Profile, _ elf: ElfOptions,
        _ parts: TableParts, isStrict: Bool, hasFunctionEnds: Bool = false
    ) throws(Failure) -> (files: [SourceCoverage.File], modules: [ModuleCoverage]) {
        let ahead = elf.readingAhead(parts)
        let whole = try traces()
        try check(modulesOf: whole, isStrict)
        let profile = part(of: whole)
        var coverage = SourceCoverage(selection, hasFunctionEnds: hasFunctionEnds)
        try elf.keeping(profile, of: whole).forEachModule(
            of: profile, parts: parts, ahead: ahead, isStrict: isStrict
        ) { module, image, table in
            coverage.add(table, covered: AddressRanges(module.blocks, base: image.base))
        }
        try check(coverage, isStrict)
        var marked = try markedSources(isStrict)
        return (try marked.leaveOut(of: coverage.files), profile.modules)
    }

    /// The sources whose markers are to be followed.
    func markedSources(_ isStrict: Bool) throws(Failure) -> MarkedSources {
        let files = try SourceFiles(in: sourceRoot)
        return MarkedSources(noMarkers ? nil : files, isStrict: isStrict)
    }

    /// Says which patterns match nothing, since that is mostly a slip of the pen, and makes an error
    /// of it where everything has to be right.
    func check(_ coverage: SourceCoverage, _ isStrict: Bool) throws(Failure) {
        let selection = selection
        for (equivalence, mapping) in zip(pathEquivalence, selection.mappings)
        where !coverage.givenPaths.contains(where: { mapping.applied(to: $0) != nil }) {
            try unused("--path-equivalence '\(equivalence.text)' fits no source file", isStrict)
        }
        let paths = coverage.givenPaths.lazy.map {
            selection.whole(selection.mappings.applied(to: $0))
        }
        for (option, globs) in [("include", selection.included), ("exclude", selection.excluded)] {
            for glob in globs where !paths.contains(where: glob.matches) {
                try unused("--\(option) '\(glob.text)' matches no source file", isStrict)
            }
        }
        for regex in ignoreFilenameRegex where !paths.contains(where: regex.matches) {
            try unused("--ignore-filename-regex '\(regex.text)' matches no source file", isStrict)
        }
    }

    private func unused(_ message: String, _ isStrict: Bool) throws(Failure) {
        if isStrict { throw Failure(.badData, message) }
        Diagnostics.say("warning: \(message)")
    }
}

extension ElfOptions {
    /// The same without the files of modules that `part` has not got, but `whole` has: they are not
    /// asked for, which is no reason to say that they belong to no module.
    func keeping(_ part: Profile, of whole: Profile) -> ElfOptions {
        var kept = self
        kept.files.removeAll { file in
            let path = FilePath.absolute(file)
            return ModuleMatch.modules(for: path, in: part.modules).isEmpty
                && !ModuleMatch.modules(for: path, in: whole.modules).isEmpty
        }
        return kept
    }
}
