#if canImport(Glibc)
    import Glibc
#endif

/// Who may use the folders and files of a replay: the user alone. But where root is that, a program can give up its rights
/// before it opens its input, and has to find it then.
public enum RunRights {
    /// Of a folder that leads to an input: its names are not listed for others.
    public static var folder: mode_t { geteuid() == 0 ? 0o711 : 0o700 }
    /// Of the file that an input is in.
    static var input: mode_t { geteuid() == 0 ? 0o644 : 0o600 }
}
