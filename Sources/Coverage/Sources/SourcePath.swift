/// Paths of source files as debug information gives them.
public enum SourcePath {
    /// `path` seen from `folder`, without `.`, `..` and double slashes; no file system is asked.
    public static func normalised(_ path: String, in folder: String = "") -> String {
        let whole = path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
        let isAbsolute = whole.hasPrefix("/")
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
    }

    /// Whether it stands for no file: compilers say so by a name in angle brackets, for code that they made
    /// themselves (`<built-in>`, `<compiler-generated>`, gdc's `<no_file>`) or were not given in a file
    /// (`<stdin>`, `<command-line>`).
    static func isOfNoFile(_ path: String) -> Bool {
        path.utf8.last == UInt8(ascii: ">") && baseName(path).utf8.first == UInt8(ascii: "<")
    }

    /// Whether it is mostly compiled by itself, by its name: headers and the like are not.
    public static func isSource(_ path: String) -> Bool {
        let parts = baseName(path).split(separator: ".")
        return parts.count > 1 && sourceEndings.contains(String(parts[parts.count - 1]))
    }

    private static let sourceEndings: Set<String> = [
        "c", "cc", "cpp", "cxx", "c++", "C", "m", "mm", "cu", "s", "S", "asm", "rs", "go", "swift",
        "d",
        "zig", "nim", "f", "F", "for", "f90", "F90", "f95", "f03", "f08", "adb", "pas", "ml", "hs",
    ]

    /// What stands behind the last slash.
    public static func baseName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// What stands before the last slash, with it; empty where there is none.
    public static func folder(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// The longest folder, with its slash, that all paths lie in; empty where there is none.
    public static func commonFolder(_ paths: [String]) -> String {
        guard var common = paths.first?.split(separator: "/").dropLast() else { return "" }
        for path in paths.dropFirst() {
            let parts = path.split(separator: "/").dropLast()
            let shared = zip(common, parts).prefix { $0 == $1 }.count
            common = common.prefix(shared)
        }
        guard !common.isEmpty, paths.allSatisfy({ $0.hasPrefix("/") }) else { return "" }
        return "/" + common.joined(separator: "/") + "/"
    }
}
