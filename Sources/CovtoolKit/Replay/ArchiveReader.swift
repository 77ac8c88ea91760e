private import CArchive
import Trace
import Coverage

#if canImport(Glibc)
    import Glibc
#endif

/// A zip or tar archive, compressed or not, that is read from its beginning to its end.
@safe
struct ArchiveReader: ~Copyable {
    /// The most bytes of a member that are taken: a few hundred bytes can unpack to gigabytes of zeros.
    static let mostBytes = 256 << 20

    private static let endings = [
        ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst",
        ".tzst",
    ]

    /// Whether a file's name is that of an archive.
    static func isArchive(_ name: String) -> Bool { endings.contains(where: name.hasSuffix) }

    let path: String
    private let walk: OpaquePointer
    /// How many members came already.
    private(set) var count = 0
    /// The path of the member that came last.
    private var last: String?

    /// - Throws: ``Failure``, also where libarchive is not there.
    init(_ path: String) throws(Failure) {
        self.path = path
        guard unsafe access(path, R_OK) == 0 else { throw Failure.reading(path, errno) }
        if let error = unsafe archive_library_error() {
            throw Failure(
                .missingInput,
                """
                \(path): archives need libarchive (\(unsafe String(cString: error))); install \
                Debian's libarchive13
                """)
        }
        guard let walk = unsafe archive_open(PathText.cString(path)) else {
            throw Failure.reading(path, ENOMEM)
        }
        unsafe self.walk = walk
    }

    deinit { unsafe archive_close(walk) }

    /// A member of the archive.
    struct Member {
        enum Kind {
            /// A file with bytes of its own.
            case file
            /// A link to another member's path, without `.` and `..` where it stays in the archive.
            case link(to: String)
            /// A folder, or a device.
            case other
        }

        var path: String
        var kind: Kind
    }

    /// The next member; nil behind the last.
    ///
    /// - Throws: ``Failure`` where the archive is broken.
    mutating func next() throws(Failure) -> Member? {
        var member = unsafe archive_member()
        switch unsafe archive_next(walk, &member) {
        case ARCHIVE_STEP_DONE: break
        case ARCHIVE_STEP_END: return nil
        default: throw failure
        }
        count += 1
        let path = unsafe member.path.map { unsafe String(cString: $0) } ?? "member \(count)"
        last = path
        if let target = unsafe member.hard_link {
            let target = unsafe SourcePath.normalised(String(cString: target))
            return Member(path: path, kind: .link(to: target))
        }
        if let target = unsafe member.symbolic_link {
            let target = unsafe SourcePath.normalised(
                String(cString: target), in: FilePath.folder(path))
            return Member(path: path, kind: .link(to: target))
        }
        return unsafe Member(path: path, kind: member.is_file ? .file : .other)
    }

    /// What is in the member that came last.
    ///
    /// - Throws: ``Failure`` where the archive is broken, or the member has more than ``mostBytes``.
    mutating func content() throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe archive_read(walk, $0.baseAddress, $0.count)
            }
            if count == 0 { return bytes }
            guard count > 0 else { throw failure }
            bytes += chunk[..<Int(count)]
            guard bytes.count <= ArchiveReader.mostBytes else {
                throw Failure(
                    .badData,
                    "\(place): more than \(ArchiveReader.mostBytes >> 20) MiB, which is too much for an input"
                )
            }
        }
    }

    /// The member that came last, or the archive where none has.
    private var place: String { last.map { "\(path):\($0)" } ?? path }

    /// What libarchive says is wrong, and where.
    private var failure: Failure {
        let said = unsafe archive_error(walk).map { unsafe String(cString: $0) } ?? "it is broken"
        guard count > 0 else { return Failure(.badData, "\(path): cannot be unpacked: \(said)") }
        return Failure(
            .badData,
            "\(place): cannot be unpacked, at byte \(unsafe archive_position(walk)) of the archive: \(said)"
        )
    }
}
