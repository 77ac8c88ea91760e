/// Files that appear whole or not at all: written under another name beside their place, then moved.
enum WholeFile {
    /// Fails where `write(to:_:)` could not even begin.
    static func check(_ target: HostPath) throws(HostError) {
        try create(beside: target).path.unlink()
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

    /// A new file for what stands for `target` until it is written: `TARGET.PROCESS.journal`, or with
    /// a number more where one was left by an earlier process of that number.
    static func createJournal(beside target: HostPath) throws(HostError) -> HostPath {
        for attempt in 0..<1000 {
            var text = Text()
            text.append(target.bytes)
            text.append(".")
            text.append(decimal: Int(HostProcess.id))
            if attempt > 0 {
                text.append(".")
                text.append(decimal: attempt)
            }
            text.append(".journal")
            let path = HostPath(text.bytes)
            do throws(HostError) {
                _ = try HostFile(creating: path)
                return path
            } catch {
                if error != .exists { throw error }
            }
        }
        throw .exists
    }

    private struct Created: ~Copyable {
        let path: HostPath
        var file: HostFile
    }

    /// Two processes of one number can meet in one folder, from two containers say: a few names are
    /// tried.
    private static func create(beside target: HostPath) throws(HostError) -> Created {
        for attempt in 0..<8 {
            let path = temporaryPath(beside: target, attempt: attempt)
            do throws(HostError) {
                return Created(path: path, file: try HostFile(creating: path))
            } catch {
                if error != .exists { throw error }
            }
        }
        throw .exists
    }

    /// `.NAME.PROCESS.tmp`, the name cut where it would become longer than systems take.
    private static func temporaryPath(beside target: HostPath, attempt: Int) -> HostPath {
        var text = Text()
        text.append(target.folder)
        text.append(".")
        text.append(target.name.prefix(200))
        text.append(".")
        text.append(decimal: Int(HostProcess.id))
        if attempt > 0 {
            text.append(".")
            text.append(decimal: attempt)
        }
        text.append(".tmp")
        return HostPath(text.bytes)
    }
}
