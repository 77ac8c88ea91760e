import Coverage

/// An option that a `.covtool` file can set. None of them writes anything anywhere, or makes sources
/// readable that are not below the file's folder: such a file comes with a project, from whomever.
public struct ConfigurableOption: Sendable {
    /// What its value is.
    public enum Kind: Sendable {
        /// True or false.
        case flag
        /// A word that stands for itself.
        case text
        /// A file or folder, seen from the configuration file's folder.
        case path
        /// A folder in the configuration file's folder.
        case folderBelow
        /// A pattern, seen from the configuration file's folder.
        case glob
    }

    /// The long name, without dashes.
    public var name: String
    /// What its value is.
    public var kind: Kind
    /// Whether it can be given several times.
    public var isRepeatable = false

    /// All there are, by name.
    public static let all: [ConfigurableOption] = [
        ConfigurableOption(name: "colour", kind: .text),
        ConfigurableOption(name: "counts-as", kind: .text),
        ConfigurableOption(name: "debug-dir", kind: .path, isRepeatable: true),
        ConfigurableOption(name: "elf", kind: .path, isRepeatable: true),
        ConfigurableOption(name: "exclude", kind: .glob, isRepeatable: true),
        ConfigurableOption(name: "exclude-module", kind: .glob, isRepeatable: true),
        ConfigurableOption(name: "fail-uncovered-lines", kind: .text),
        ConfigurableOption(name: "fail-under-functions", kind: .text),
        ConfigurableOption(name: "fail-under-lines", kind: .text),
        ConfigurableOption(name: "fail-under-patch", kind: .text),
        ConfigurableOption(name: "failure-mode", kind: .text),
        ConfigurableOption(name: "ignore-filename-regex", kind: .text, isRepeatable: true),
        ConfigurableOption(name: "include", kind: .glob, isRepeatable: true),
        ConfigurableOption(name: "lcov-format", kind: .text),
        ConfigurableOption(name: "mixed", kind: .text),
        ConfigurableOption(name: "module", kind: .glob, isRepeatable: true),
        ConfigurableOption(name: "module-map", kind: .text, isRepeatable: true),
        ConfigurableOption(name: "no-demangle", kind: .flag),
        ConfigurableOption(name: "no-markers", kind: .flag),
        ConfigurableOption(name: "path-equivalence", kind: .text, isRepeatable: true),
        ConfigurableOption(name: "source-root", kind: .folderBelow, isRepeatable: true),
        ConfigurableOption(name: "strict", kind: .flag),
        ConfigurableOption(name: "sysroot", kind: .path),
        ConfigurableOption(name: "system-libraries", kind: .flag),
    ]

    /// The value as it would stand on the command line, from any folder.
    ///
    /// - Parameter folder: the configuration file's, absolute.
    /// - Throws: ``InvalidValue`` where the value cannot be right.
    func resolved(_ value: String, in folder: String) throws(InvalidValue) -> String {
        switch kind {
        case .text: return value
        case .flag:
            guard value == "true" || value == "false" else {
                throw InvalidValue("'\(name)' is neither 'true' nor 'false'")
            }
            return value
        case .path: return SourcePath.normalised(value, in: folder)
        case .glob: return PathGlob.seen(value, from: folder)
        case .folderBelow:
            let path = SourcePath.normalised(value, in: folder)
            let (real, above) = (FilePath.absolute(path), FilePath.absolute(folder))
            guard real == above || real.hasPrefix(above == "/" ? "/" : above + "/") else {
                throw InvalidValue(
                    """
                    '\(name)' can only name folders below the file's own here; use the command \
                    line for others
                    """)
            }
            return path
        }
    }
}
