import Coverage
import DebugInfo
import Reports
import Trace

/// Which of many runs came to a place.
public struct RunSearch: Sendable {
    /// All runs that could be read, in the order in which they were named.
    public let runs: [SearchedRun]

    /// Looks for a place in the runs of indices and of traces.
    ///
    /// - Parameters:
    ///   - indices: their runs come first.
    ///   - paths: the traces.
    ///   - reader: which modules and sources are looked at, and where their files are.
    ///   - sizes: how large the runs' inputs are.
    /// - Throws: ``Failure``, also if there is no such place.
    public init(
        for place: Place, in indices: RunIndexReader, _ paths: [String], _ reader: CoverageReader,
        sizes: InputSizes
    ) throws(Failure) {
        // What is said of some of the traces is not said again of all.
        var reader = reader
        reader.merging.warnings = reader.merging.warnings.sayingOnce()
        let sample = RunSearch.sample(of: paths, reader.merging.rules)
        var found: Found?
        if sample.count < paths.count {
            do throws(Failure) {
                found = try RunSearch.runs(at: place, inModulesOf: sample, indices, paths, reader)
            } catch {
                // It can be right with the modules of all.
            }
        }
        if found?.isWhole != true {
            found = try RunSearch.runs(at: place, inModulesOf: paths, indices, paths, reader)
        }
        var runs = found?.runs ?? []
        for index in runs.indices { runs[index].inputSize = sizes.size(ofTrace: runs[index].path) }
        self.runs = runs
    }

    /// The runs that came there, or those that did not.
    public func runs(reached: Bool) -> [SearchedRun] { runs.filter { ($0.hits > 0) == reached } }

    /// Runs, and whether no more modules were seen than those that the place was looked for in.
    private typealias Found = (runs: [SearchedRun], isWhole: Bool)

    /// Of more traces, it is first tried with the modules of so many.
    private static let sampleSize = 32

    /// Some of many traces: mostly all have the same modules.
    private static func sample(of paths: [String], _ rules: ModuleRules) -> [String] {
        guard paths.count > 2 * sampleSize, rules.selection.isEverything else { return paths }
        return (0..<sampleSize).map { paths[$0 * paths.count / sampleSize] }
    }

    private static func runs(
        at place: Place, inModulesOf known: [String], _ indices: RunIndexReader,
        _ paths: [String], _ reader: CoverageReader
    ) throws(Failure) -> Found {
        let modules = try reader.merging.modules(of: known, indices)
        let found = try reader.find(place, in: modules)
        let watch = CodeWatch(modules.collector, found.codes)
        let indexed = try indices.runs(at: found, watch)
        guard !paths.isEmpty else { return (indexed, true) }
        let (runs, isWhole) = try self.runs(of: paths, found, watch, reader.merging)
        return (indexed + runs, isWhole)
    }

    /// What a thread knows of runs.
    private struct Part: Sendable {
        var watch: CodeWatch
        var found: FoundBlocks
        var hits: PlaceHits
        var runs: [(number: Int, run: SearchedRun)] = []
    }

    private static func runs(
        of paths: [String], _ place: FoundPlace, _ watch: CodeWatch, _ merging: TraceMerging
    ) throws(Failure) -> Found {
        let parts = try merging.walk(paths, "Looking").run(from: {
            Part(
                watch: watch, found: FoundBlocks(count: place.parts.count), hits: PlaceHits(place))
        }) { (part, trace, number, diagnose) throws(Failure) in
            part.found.removeAll()
            var recordings: [Recording] = []
            for recording in trace.recordings {
                recordings.append(try merging.resolver.resolved(recording).recording)
            }
            part.found.isCounted = recordings.contains { $0.counts != nil }
            var blockCount = 0
            for placed in recordings {
                blockCount += placed.blocks.count
                do throws(MergeError) {
                    try trace.withBytes { bytes throws(MergeError) in
                        try part.watch.find(
                            in: placed, from: bytes, source: number, &part.found,
                            diagnose: diagnose)
                    }
                } catch {
                    throw Failure(.badData, error.text(paths))
                }
            }
            let run = SearchedRun(
                path: trace.path, hits: part.hits.count(part.found), hasHits: part.found.isCounted,
                blockCount: blockCount)
            part.runs.append((number, run))
        }
        let runs = parts.flatMap(\.runs).sorted { $0.number < $1.number }.map(\.run)
        return (runs, !parts.contains { $0.watch.hasNewModules })
    }
}

extension CoverageReader {
    /// Finds a place in the modules of runs.
    ///
    /// - Throws: ``Failure`` if it is nowhere, or in several sources.
    func find(_ place: Place, in modules: TraceSum) throws(Failure) -> FoundPlace {
        let whole = try elf.placingModules(modules.uncheckedProfile(), modules.facts)
        if case .offset(let name, let offset) = place {
            return try find(offset, in: name, whole, modules)
        }
        let profile = reported(whole)
        try modules.check { () throws(Failure) in try elf.modules(of: profile) }
        var finder = try PlaceFinder(place, sources)
        var needsLines = false
        if case .line = place { needsLines = true }
        try elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: parts, warnings: merging.warnings, needsLines: needsLines
        ) { module, image, table in
            finder.look(into: module, base: image.base, table)
        }
        tellLeftOut(profile, of: whole)
        return try finder.found()
    }

    private func find(
        _ offset: UInt64, in name: String, _ profile: Profile, _ modules: TraceSum
    ) throws(Failure) -> FoundPlace {
        FoundPlace(
            parts: try self.modules(named: name, with: offset, in: profile, modules).map { module in
                FoundPlace.Part(module: module, base: 0, count: PlaceCount(address: offset))
            })
    }

    /// The modules of a name, or a path, that have an offset.
    ///
    /// - Parameter sum: what the profile is of.
    /// - Throws: ``Failure`` if there is none.
    func modules(
        named name: String, with offset: UInt64, in profile: Profile, _ sum: TraceSum
    ) throws(Failure) -> [ModuleCoverage] {
        let named = profile.modules(named: name)
        guard !named.isEmpty else {
            let names = Set(profile.modules.map { SourcePath.baseName($0.path) }).sorted()
            throw Failure(
                .badData,
                names.isEmpty
                    ? "no module is called '\(name)': the traces have none (name its file with --elf)"
                    : "no module is called '\(name)' in the traces, which have \(names.joined(separator: ", "))"
            )
        }
        try sum.check { () throws(Failure) in named }
        // Of a list's module nothing but the name is known.
        let fitting = named.filter { $0.size == 0 || offset < $0.size }
        guard !fitting.isEmpty else {
            throw Failure(
                .badData,
                "\(name)+\(hex(offset)) is behind the module's end, \(hex(named.map(\.size).max() ?? 0))"
            )
        }
        return fitting
    }
}

extension Profile {
    /// The modules with a path, or with the name that ends it.
    func modules(named name: String) -> [ModuleCoverage] {
        let path =
            name.contains("/") ? SourcePath.normalised(name, in: FilePath.workingFolder) : name
        return ModuleMatch.modules(for: path, in: modules)
    }
}
