import Coverage
import DRCov

extension Profile {
    /// What the traces at `paths` have in common space: all their dumps merged.
    init(traces paths: [String]) throws(Failure) {
        self.init()
        for path in paths { try add(trace: path) }
    }

    /// Adds all that the file at `path` holds.
    private mutating func add(trace path: String) throws(Failure) {
        let dumps = try Dump.all(in: path)
        for dump in dumps {
            do throws(MergeError) {
                try add(dump)
            } catch {
                throw Failure(.badData, "\(path): \(error.text)")
            }
        }
    }
}

extension Dump {
    /// The dumps of a drcov file, or the one that a journal stands for.
    fileprivate static func all(in path: String) throws(Failure) -> [Dump] {
        let file: FileBytes
        do throws(Failure) {
            file = try FileBytes(path: path)
        } catch {
            throw error.pointingToJournals(beside: path)
        }
        if file.isJournal { return [try Dump(journal: file, path: path)] }
        do throws(ReadError) {
            return try file.withBytes(Reader.read)
        } catch {
            throw Failure(.badData, "\(path): \(error.text)")
        }
    }
}

extension ReadError {
    /// The error as a sentence with its place.
    var text: String {
        switch place {
        case .line(let line): "line \(line): \(cause.text)"
        case .byte(let offset): "byte \(offset): \(cause.text)"
        }
    }
}

extension ReadError.Cause {
    fileprivate var text: String {
        switch self {
        case .notDRCov: "not a drcov file: it does not begin with 'DRCOV VERSION:'"
        case .unknownVersion: "a drcov version other than 2 and 3"
        case .noFlavor: "no 'DRCOV FLAVOR:'"
        case .noModuleTable: "no 'Module Table:' with a count of rows"
        case .unknownTableVersion: "a module table version other than 1 to 5"
        case .badColumns: "no 'Columns:' line with id, start or base, end, and path last"
        case .moduleTableCutShort: "the file ends within the module table"
        case .badRow: "not a row of the module table"
        case .noBlockTable: "no 'BB Table: N bbs'"
        case .blocksCutShort(let expected, let found):
            "the file ends after \(found) of \(expected) blocks"
        case .badBlock: "not a block ('module[ID]: 0xSTART, SIZE')"
        case .unknownTail: "something that is not drcov stands behind the blocks"
        }
    }
}

extension MergeError {
    fileprivate var text: String {
        switch self {
        case .unknownModule(let id): "a block names module \(id), which the module table has not"
        case .differentModules(let path, let size, let other):
            """
            \(path) takes \(hex(other)) bytes of memory here and \(hex(size)) in the traces \
            before: these are not runs of one file
            """
        }
    }
}
