/// The name of a journal, which says of which trace it is: `run.drcov.1234.journal` is what process
/// 1234 has recorded for `run.drcov`, and `run.drcov.1234.1.journal` is so where the first name was
/// taken.
public struct JournalName {
    /// What journals' names end in.
    public static let suffix = ".journal"

    /// The trace's path.
    let trace: String
    private let process: UInt32

    init(_ path: String, process: UInt32) {
        self.process = process
        let folder = FilePath.folder(path)
        var parts = JournalName.parts(path)
        let number = Substring(String(process))
        if parts.count > 2, parts[parts.count - 2] == number,
            parts.last.flatMap({ Int($0) }) != nil
        {
            parts.removeLast(2)
        } else if parts.count > 1, parts.last == number {
            parts.removeLast()
        }
        let name = parts.joined(separator: ".")
        // Somebody has given it a name without a trace's name in it.
        let isOther = name.isEmpty || folder + name == path
        trace = isOther ? path + ".drcov" : folder + name
    }

    /// The process that a journal's name speaks of, where it does.
    static func process(_ path: String) -> UInt32? {
        parts(path).last.flatMap { UInt32($0) }
    }

    /// The name between its dots, without the suffix.
    private static func parts(_ path: String) -> [Substring] {
        let name = FilePath.name(path)
        let stem = name.hasSuffix(suffix) ? name.dropLast(suffix.count) : name[...]
        return stem.split(separator: ".", omittingEmptySubsequences: false)
    }

    /// Where the trace can go, the best first: its own name, then with the process's number before
    /// the extension, as a forked child's has it, then with further numbers.
    func candidate(_ attempt: Int) -> String {
        if attempt == 0 { return trace }
        let name = FilePath.name(trace)
        let dot = name.dropFirst().lastIndex(of: ".") ?? name.endIndex
        let number = attempt == 1 ? "\(process)" : "\(process).\(attempt - 1)"
        return "\(FilePath.folder(trace))\(name[..<dot]).\(number)\(name[dot...])"
    }
}
