/// A folder that is the root of another machine's file system.
struct Sysroot {
    /// More links than any system follows.
    private static let mostLinks = 40

    private let root: String

    /// - Parameter root: absolute.
    init(_ root: String) { self.root = root == "/" ? "" : root }

    /// The path on this machine of what is at `path` on the other one. Symbolic links, and "..", lead
    /// where they would lead there: never out of the root.
    func path(_ path: String) -> String {
        // Names that are still to be gone through, the next one last.
        var names = Sysroot.names(path)
        var found: [String] = []
        var links = 0
        while let name = names.popLast() {
            if name == ".." {
                _ = found.popLast()
                continue
            }
            found.append(name)
            guard let target = FilePath.target(ofLink: joined(found)) else { continue }
            links += 1
            guard links <= Sysroot.mostLinks else { break }
            found.removeLast()
            if target.hasPrefix("/") { found = [] }
            names += Sysroot.names(target)
        }
        return joined(found)
    }

    private func joined(_ names: [String]) -> String { root + "/" + names.joined(separator: "/") }

    private static func names(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
    }
}
