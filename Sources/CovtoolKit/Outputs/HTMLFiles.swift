import Coverage
public import Reports
import Synchronization
import Threading

extension HTMLReport: CoverageReport {
    /// Its lists of functions say how many lines of each were missed.
    public var hasFunctionEnds: Bool { true }

    /// Writes a folder, or one file.
    ///
    /// - Parameter path: of the folder, which is not there, or empty, or has an earlier report; for one file also nil
    ///   and `-`, standard output.
    /// - Throws: ``Failure``; each file is written whole or stays as it was.
    public func write(_ coverage: ReportedCoverage, to path: String?, _ context: ReportContext)
        throws(Failure)
    {
        let texts = try SourceTexts(context.sources, builtFrom: context.built)
        let pages = HTMLPages(
            coverage.files, hasCounts: coverage.hasCounts, isSingleFile: isSingleFile,
            difference: difference)
        var absent = AbsentSources()
        if isSingleFile {
            var output = try OutputFile(path)
            pages.writeSinglePage(to: &output) { index in
                let found = HTMLReport.found(coverage.files[index], texts)
                absent.note(found, of: coverage.files[index].path, context.warnings)
                return HTMLReport.text(found)
            }
            try output.finish()
        } else {
            let folder = try ReportFolder(
                HTMLReport.folder(path), inner: HTMLPages.folder, marks: HTMLReport.marks)
            let writing = PageWriting(pages, coverage.files, texts, in: folder)
            for (file, found) in zip(coverage.files, try writing.run()) {
                absent.note(found, of: file.path, context.warnings)
            }
        }
        absent.say(context.warnings)
    }

    /// Makes sure that a report can be written there.
    ///
    /// - Throws: ``Failure``.
    public func check(_ path: String?) throws(Failure) {
        if isSingleFile {
            _ = try OutputFile(path)
        } else {
            try ReportFolder.check(
                HTMLReport.folder(path), inner: HTMLPages.folder, marks: HTMLReport.marks)
        }
    }

    private static func folder(_ path: String?) throws(Failure) -> String {
        guard let path, path != "-", !path.isEmpty else {
            throw Failure(
                .usage, "pages go into a folder: name one with -o, or use --single-file")
        }
        return path
    }

    private static let marks = HTMLPages.marks.map(ReportFolder.Mark.init)

    /// The text of a source; of what is none, nothing is said.
    fileprivate static func found(_ file: SourceCoverage.File, _ texts: SourceTexts)
        -> SourceTexts.Found
    {
        file.isSource ? texts.text(of: file) : SourceTexts.Found()
    }

    fileprivate static func text(_ found: SourceTexts.Found) -> HTMLPages.Text {
        let remark =
            found.absence.map { "Without text: \($0)" }
            ?? found.doubt.map { "Perhaps not what was compiled: \($0)" }
        return HTMLPages.Text(found.bytes, remark: remark)
    }
}

/// The writing of all pages, on all processors.
private final class PageWriting: Sendable {
    private let pages: HTMLPages
    private let order: [HTMLPages.Page]
    private let files: [SourceCoverage.File]
    private let texts: SourceTexts
    private let folder: ReportFolder
    private let next = Atomic(0)
    /// What was found of each source, without its bytes.
    private let found: Mutex<[SourceTexts.Found]>
    private let failure = Mutex<Failure?>(nil)

    init(
        _ pages: HTMLPages, _ files: [SourceCoverage.File], _ texts: SourceTexts,
        in folder: ReportFolder
    ) {
        self.pages = pages
        self.files = files
        self.texts = texts
        self.folder = folder
        order = pages.pages
        found = Mutex([SourceTexts.Found](repeating: SourceTexts.Found(), count: files.count))
    }

    /// Writes all pages, and removes those of an earlier report that are not among them.
    ///
    /// - Returns: what was found of each source.
    func run() throws(Failure) -> [SourceTexts.Found] {
        try Interruption.awaited { () throws(Failure) in
            let prefix = HTMLPages.folder + "/"
            let names = order.map(pages.name(of:)).filter { $0.hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count)) }
            try folder.check(
                names.compactMap { name in HTMLPages.beginning(ofPage: name).map { (name, $0) } })
            // What says whose the folder is comes before all that is in it.
            write(order[0], thread: 0)
            next.store(1, ordering: .relaxed)
            Threads.run(min(Threads.most, order.count)) { number in
                while !self.isOver, let page = self.nextPage() {
                    self.write(page, thread: number)
                }
            }
            if let failure = failure.withLock(\.self) { throw failure }
            guard !Interruption.isAsked else { return }
            folder.removeOthers(than: Set(names), beginning: HTMLPages.beginning(ofPage:))
        }
        return found.withLock(\.self)
    }

    private var isOver: Bool { Interruption.isAsked || failure.withLock { $0 != nil } }

    private func nextPage() -> HTMLPages.Page? {
        let index = next.add(1, ordering: .relaxed).oldValue
        return index < order.count ? order[index] : nil
    }

    private func write(_ page: HTMLPages.Page, thread number: Int) {
        var text = HTMLPages.Text(nil)
        if case .source(let index) = page {
            var found = HTMLReport.found(files[index], texts)
            text = HTMLReport.text(found)
            found.bytes = nil
            self.found.withLock { $0[index] = found }
        }
        do throws(Failure) {
            try folder.write(pages.bytes(of: page, text), as: pages.name(of: page), thread: number)
        } catch {
            failure.withLock { $0 = $0 ?? error }
        }
    }
}
