/// What becomes of modules that have one path and are not the same file.
public enum MixedModules: String, CaseIterable, Sendable {
    /// They are an error.
    case refuse
    /// They stay modules of their own.
    case keepApart = "keep-apart"
    /// They are one module.
    case byName = "by-name"
}
