/// The folders that the paths of a diff could begin at.
public struct DiffRoots {
    /// Their absolute paths, the likeliest first.
    let paths: [String]
    /// Those of them at which it is known that the diff's paths begin.
    private let sure: [String]
    /// Whether there is a file at an absolute path.
    let isThere: (String) -> Bool

    /// - Parameters:
    ///   - paths: absolute paths of the folders, the likeliest first.
    ///   - sure: those of them at which it is known that the diff's paths begin.
    ///   - isThere: whether there is a file of the new version at an absolute path.
    public init(
        _ paths: [String], sure: [String] = [],
        isThere: @escaping (String) -> Bool = { _ in false }
    ) {
        (self.paths, self.sure, self.isThere) = (paths, sure, isThere)
    }

    /// The folders at which a path of the new version begins, as far as that is known.
    func known(for path: String) -> [String] {
        sure + paths.filter { isThere(SourcePath.normalised(path, in: $0)) }
    }
}
