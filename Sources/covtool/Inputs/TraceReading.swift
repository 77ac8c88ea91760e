import Coverage
import DRCov

extension Profile {
    /// What the traces at `paths` have in common space: all their dumps merged.
    ///
    /// - Parameter strict: whether a file that is damaged is an error, or is used as far as it is
    ///   sound and named in a message.
    init(traces paths: [String], strict: Bool = false) throws(Failure) {
        self.init()
        for path in paths { try add(trace: path, strict: strict) }
    }

    /// Adds all that the file at `path` holds.
    private mutating func add(trace path: String, strict: Bool) throws(Failure) {
        var damage = Damage(path: path, isError: strict)
        let trace = try TraceFile(path: path) { damage.add($0) }
        try damage.end()
        for dump in trace.dumps {
            do throws(MergeError) {
                try trace.withBytes { bytes throws(MergeError) in
                    try add(dump, from: bytes) { damage.add($0) }
                }
            } catch {
                throw Failure(.badData, "\(path): \(error.text)")
            }
        }
        try damage.end()
    }
}

extension ReadError {
    /// The error as a sentence with its place.
    var text: String { "\(place.text): \(cause.text)" }
}

extension Place {
    /// The place as it stands before what is there.
    var text: String {
        switch self {
        case .line(let line): "line \(line)"
        case .byte(let offset): "byte \(offset)"
        }
    }
}

extension ReadError.Cause {
    var text: String {
        switch self {
        case .notDRCov: "not a drcov file: it does not begin with 'DRCOV VERSION:'"
        case .unknownVersion: "a drcov version other than 2 and 3"
        case .noFlavor: "no 'DRCOV FLAVOR:'"
        case .noModuleTable: "no 'Module Table:' with a count of rows"
        case .unknownTableVersion: "a module table version other than 1 to 5"
        case .badColumns: "no 'Columns:' line with id, start or base, end, and path last"
        }
    }
}

extension MergeError {
    fileprivate var text: String {
        switch self {
        case .differentModules(let path, let size, let other):
            """
            \(path) takes \(hex(other)) bytes of memory here and \(hex(size)) in the traces \
            before: these are not runs of one file
            """
        }
    }
}
