import TraceEmbedded

/// Files that appear whole or not at all: written under another name beside their place, then moved.
enum WholeFile {
    /// Fails where `write(to:_:)` could not even begin. A process that is killed meanwhile leaves no file behind,
    /// where the file system has files without names.
    static func check(_ target: HostPath) throws(HostError) {
        do throws(HostError) {
            _ = try HostFile(namelessIn: HostPath([UInt8](target.folder)))
        } catch {
            guard error == .notSupported else { throw error }
            try create(beside: target).path.unlink()
        }
    }

    /// Puts what `fill` writes in the place of `target`; where that fails nothing is left behind,
    /// and what was there stays.
    static func write(
        to target: HostPath, _ fill: (borrowing HostFile) throws(HostError) -> Void
    ) throws(HostError) {
        var created = try create(beside: target)
        let path = created.path
        do throws(HostError) {
            try fill(created.file)
            try created.file.close()
            try path.rename(to: target)
        } catch {
            try? path.unlink()
            throw error
        }
    }

    /// A new file, open to be written and mapped.
    struct Created: ~Copyable {
        let path: HostPath
        var file: HostFile
    }

    private static let mostJournals = 1000

    /// A new file for what stands for a trace until it is written. No journal of another process, or
    /// of an earlier one, is touched: where the name is taken it gets a number.
    static func createJournal(at place: JournalPlace) throws(HostError) -> Created {
        switch place {
        case .beside(let target):
            return try create(target.bytes[...], ending: ".journal", attempts: mostJournals)
        case .named(let path):
            if try path.kind() == .directory { throw .isDirectory }
            for attempt in 0..<mostJournals {
                let name = attempt == 0 ? path : path.numbered(CInt(truncatingIfNeeded: attempt))
                if let file = try create(name) { return file }
            }
            throw .exists
        }
    }

    /// Nil where the name is taken.
    private static func create(_ path: HostPath) throws(HostError) -> Created? {
        do throws(HostError) {
            return Created(path: path, file: try HostFile(creating: path))
        } catch {
            if error == .exists { return nil }
            throw error
        }
    }

    /// `.NAME.PROCESS.tmp`, the name cut where it would become longer than systems take.
    private static func create(beside target: HostPath) throws(HostError) -> Created {
        var stem = TextBuffer()
        stem.append(target.folder)
        stem.append(".")
        stem.append(target.name.prefix(200))
        return try create(stem.bytes[...], ending: ".tmp", attempts: 8)
    }

    /// A file of a name with the process's number in it, and with a number more where that is taken:
    /// by an earlier process of that number, or by one in another container.
    private static func create(
        _ stem: ArraySlice<UInt8>, ending: StaticString, attempts: Int
    ) throws(HostError) -> Created {
        for attempt in 0..<attempts {
            var text = TextBuffer()
            text.append(stem)
            text.append(".")
            text.append(decimal: Int(HostProcess.id))
            if attempt > 0 {
                text.append(".")
                text.append(decimal: attempt)
            }
            text.append(ending)
            if let file = try create(HostPath(text.bytes)) { return file }
        }
        throw .exists
    }
}
