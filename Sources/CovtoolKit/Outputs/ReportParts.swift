import Folders
import Reports

#if canImport(Glibc)
    import Glibc
#endif

/// The files of a Cobertura report: one, or several if it is too large for one, so that `cov*.xml` has all of it and
/// nothing else.
struct ReportParts {
    private let path: String?

    /// - Parameter path: nil and `-` are standard output.
    init(_ path: String?) { self.path = path }

    /// Writes the parts, all or none, and takes away what an earlier report has left: the whole beside parts, parts
    /// beyond the last one.
    ///
    /// - Throws: ``Failure`` if they cannot be written; if a part would replace something else; if there are several,
    ///   and the path is not that of a file.
    func write(_ parts: [[UInt8]], _ warnings: Warnings) throws(Failure) {
        guard let named = path, named != "-", FilePath.isRegular(named) || !FilePath.exists(named),
            !FilePath.isStandardOutput(named)
        else {
            guard let part = parts.first, parts.count == 1 else {
                throw Failure(
                    .usage,
                    """
                    the report has \(parts.count) parts of up to 10 MiB, the most that GitLab reads in a file: \
                    use -o FILE, which makes a file of each
                    """)
            }
            // A terminal needs text.
            let output = try OutputFile(path)
            output.write(String(decoding: part, as: UTF8.self))
            return try output.finish()
        }
        // What a link leads to is written, and the link stays.
        let path = FilePath.absolute(named)
        if parts.count == 1 {
            try ReportParts.write(parts.map { (path, $0) })
            return removeParts(of: path, from: 1)
        }
        let names = parts.indices.map { ReportParts.name(path, $0 + 1) }
        for (index, name) in names.enumerated()
        where FilePath.exists(name) && !ReportParts.isPart(name, index + 1) {
            throw Failure(
                .inputOutput,
                """
                \(name): is no part of an earlier report, and would be replaced by one: remove it, or choose \
                another name for -o
                """)
        }
        try ReportParts.write(zip(names, parts).map { ($0, $1) })
        unsafe unlink(path)
        removeParts(of: path, from: parts.count + 1)
        warnings.say(
            """
            \(named): written as \(FilePath.name(names[0])) to \(FilePath.name(names[names.count - 1])), since \
            GitLab reads 10 MiB in a file
            """)
    }

    private static func write(_ files: [(path: String, bytes: [UInt8])]) throws(Failure) {
        var outputs: [OutputFile] = []
        for file in files {
            let output = try OutputFile(file.path)
            for start in stride(from: 0, to: file.bytes.count, by: 1 << 16) {
                output.write(file.bytes[start..<min(start + 1 << 16, file.bytes.count)])
            }
            outputs.append(output)
        }
        for output in outputs { try output.finish() }
    }

    /// The path of a part, from 1: its number stands before the extension.
    private static func name(_ path: String, _ number: Int) -> String {
        let (stem, ending) = split(path)
        return "\(stem)-\(number)\(ending)"
    }

    /// The path without its extension, and the extension with its point; a name that begins with its only point has
    /// none.
    private static func split(_ path: String) -> (stem: String, ending: String) {
        let name = FilePath.name(path)
        guard let point = name.lastIndex(of: "."), point > name.startIndex else {
            return (path, "")
        }
        let ending = String(name[point...])
        return (String(path.dropLast(ending.count)), ending)
    }

    /// Takes parts of an earlier report away, from this number on.
    private func removeParts(of path: String, from first: Int) {
        let (stem, ending) = ReportParts.split(FilePath.name(path))
        let folder = FilePath.folder(path)
        for name in FolderNames(of: folder)
        where name.hasPrefix(stem + "-") && name.hasSuffix(ending) {
            let digits = name.dropFirst(stem.count + 1).dropLast(ending.count)
            guard let number = Int(digits), number >= first, "\(number)" == digits,
                ReportParts.isPart(folder + name, number)
            else { continue }
            unsafe unlink(folder + name)
        }
    }

    /// Whether a file is the part of a report with this number.
    private static func isPart(_ path: String, _ number: Int) -> Bool {
        guard FilePath.isRegular(path), let bytes = try? FileBytes.beginning(of: path) else {
            return false
        }
        return bytes.starts(with: CoberturaReport.beginning(ofPart: number).utf8)
    }
}
