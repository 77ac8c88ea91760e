import Coverage
import Reports

/// Diffs, and what reports make of them.
enum DiffCheck {
    static func check(_ bytes: [UInt8]) {
        let diff: UnifiedDiff
        do throws(UnifiedDiff.Damage) {
            diff = try UnifiedDiff(bytes)
        } catch {
            precondition((1...bytes.count + 1).contains(error.line), "a line outside the diff")
            precondition(!error.text.isEmpty)
            return
        }
        for file in diff.files {
            precondition(file.oldPath != nil || file.newPath != nil)
            check(file.lines)
        }
        // What is said of places is what another diff of the same places says.
        let again = try? UnifiedDiff(written(diff))
        precondition(again?.files.map(\.lines) == diff.files.filter(isWritten).map(\.lines))
        checkReports(diff)
    }

    private static func check(_ mapping: LineMapping) {
        var last = (old: 1, new: 1)
        for change in mapping.changes {
            precondition(!change.old.isEmpty || !change.new.isEmpty)
            precondition(
                change.old.lowerBound - last.old == change.new.lowerBound - last.new
                    && change.old.lowerBound >= last.old)
            last = (change.old.upperBound, change.new.upperBound)
            for old in [change.old.lowerBound - 1, change.old.lowerBound, change.old.upperBound]
            where old > 0 {
                let place = mapping.place(of: old)
                precondition(place.isRemoved == change.old.contains(old) || !place.isRemoved)
                if let new = mapping.newLine(of: old) {
                    precondition(mapping.oldLine(of: new) == old, "not the same line")
                }
            }
        }
        let added = mapping.addedLines
        precondition(zip(added, added.dropFirst()).allSatisfy { $0 < $1 })
        precondition(added.allSatisfy { mapping.oldLine(of: $0) == nil })
    }

    private static func isWritten(_ file: UnifiedDiff.File) -> Bool { !file.lines.changes.isEmpty }

    /// A diff with the same places, under names of its own.
    private static func written(_ diff: UnifiedDiff) -> [UInt8] {
        var text = ""
        for (number, file) in diff.files.enumerated() where isWritten(file) {
            text += "--- a/\(number)\n+++ b/\(number)\n"
            for change in file.lines.changes {
                func range(_ lines: Range<Int>) -> String {
                    "\(lines.isEmpty ? lines.lowerBound - 1 : lines.lowerBound),\(lines.count)"
                }
                text += "@@ -\(range(change.old)) +\(range(change.new)) @@\n"
                text += String(repeating: "-x\n", count: change.old.count)
                text += String(repeating: "+x\n", count: change.new.count)
            }
        }
        return Array(text.utf8)
    }

    /// Files of both versions by the diff's names, and one that it does not name.
    private static func coverage(_ paths: [String], _ salt: Int) -> [SourceCoverage.File] {
        var files: [String: SourceCoverage.File] = [:]
        for (number, path) in (paths + ["other.c"]).enumerated() {
            let lines = (1...60).filter { ($0 * 7 + number + salt) % 3 > 0 }
                .map { SourceCoverage.Line(line: $0, hits: ($0 + salt) % 2) }
            let functions = [1, 20, 20].map { line in
                SourceCoverage.Function(
                    name: "f\(line)", linkageName: "f\(line)", line: line, hits: salt,
                    endLine: line + 9)
            }
            let whole = number % 2 == 0 ? "/r/\(path)" : path
            files[whole] = SourceCoverage.File(path: whole, lines: lines, functions: functions)
        }
        return files.values.sorted { $0.path < $1.path }
    }

    private static func checkReports(_ diff: UnifiedDiff) {
        let current = coverage(diff.files.compactMap(\.newPath), 0)
        let baseline = coverage(diff.files.compactMap(\.oldPath), 1)
        var sink = Sink()
        let index = SourcePathIndex(current.map(\.path), in: "/w")
        let patch = PatchCoverage(diff, current, index, roots: DiffRoots(["/r", "/w"])) { file in
            StatementLines(Array("int f(\n a,\n b)\n{\n}\n".utf8), path: "x.c")
        }
        for file in patch.files {
            precondition(zip(file.lines, file.lines.dropFirst()).allSatisfy { $0.line < $1.line })
            precondition(file.lines.count + file.withoutCode.count <= file.addedCount)
        }
        JSONPatch.write(patch, to: &sink)
        TextPatch().write(patch, to: &sink)
        GitHubAnnotations().write(missed: GitHubAnnotations.missed(patch), to: &sink)
        sink.count = 0
        MarkdownPatch.write(patch, to: &sink)
        precondition(sink.count <= 1 << 16)
        let difference = DifferentialCoverage(
            current: current, baseline: baseline, diff, roots: DiffRoots(["/r", "/w"]), folder: "/w"
        )
        JSONDifferential().write(difference, to: &sink)
        TextDifferential().write(difference, to: &sink)
        let pages = HTMLPages(current, hasCounts: true, difference: difference)
        for page in [HTMLPages.Page.changes, .source(0)] { _ = pages.bytes(of: page) }
        for file in difference.files {
            let now = file.lines.filter { $0.category.isCurrent }.compactMap(\.line)
            let known = current.first { $0.path == file.path }?.lines.map(\.line) ?? []
            precondition(now == known, "lines of the newer version are lost, or there twice")
        }
    }
}

/// Counts what is written.
struct Sink: TextOutputStream {
    var count = 0
    mutating func write(_ string: String) { count += string.utf8.count }
}
