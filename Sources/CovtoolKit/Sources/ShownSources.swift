import Coverage

#if canImport(Glibc)
    import Glibc
#endif

/// The texts of the sources that are shown, and what there is to say of those that are not there or are
/// not those that were compiled.
public struct ShownSources {
    private static let mostNames = 3

    private let files: SourceFolders
    private let built: Int?
    private var absent: [String: [String]] = [:]

    /// - Parameter built: when the newest of the ELF files was written, in seconds; nil where that is
    ///   not known.
    public init(_ files: SourceFolders, built: Int?) {
        self.files = files
        self.built = built
    }

    /// What the source file holds; nil where it cannot be read.
    public mutating func bytes(of file: SourceCoverage.File) -> [UInt8]? {
        do throws(SourceFolders.Absence) {
            let source = try files.source(of: file.path)
            let ends = source.bytes.count { $0 == UInt8(ascii: "\n") }
            let count = source.bytes.last == UInt8(ascii: "\n") ? ends : ends + 1
            if let last = file.lines.last?.line, last > count {
                Diagnostics.warn(
                    """
                    \(file.path): code stands on line \(last), the source has \(count): it \
                    is not the one that was compiled
                    """)
            } else if let built, source.modified > built {
                Diagnostics.warn("\(file.path): was changed after the program was built")
            }
            return source.bytes
        } catch {
            absent[error.text, default: []].append(file.path)
            return nil
        }
    }

    /// Says which sources are shown without their text, and why.
    public func sayWhatIsMissing() {
        for (reason, paths) in absent.sorted(by: { $0.key < $1.key }) {
            let names =
                paths.count > ShownSources.mostNames
                ? "\(paths[0]) and \(paths.count - 1) more" : paths.joined(separator: ", ")
            Diagnostics.say("without text: \(names): \(reason)")
        }
    }
}

extension ElfFiles {
    /// When the newest of the files that a report looks into was written.
    public func built(_ modules: [ModuleCoverage]) -> Int? {
        let paths = files.isEmpty ? modules.map(\.path) : files.map(\.path)
        return paths.compactMap { path in
            var status = stat()
            return unsafe stat(path, &status) == 0 ? status.st_mtim.tv_sec : nil
        }
        .max()
    }
}
