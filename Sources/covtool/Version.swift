import CBuild

/// The release, as CHANGELOG.md names it, and the build that this is.
enum Version {
    static let text = "0.2.0"
    /// The day of the release, for the man pages.
    static let date = "2026-11-29"

    /// All of it in a line, such as `covtool 0.2.0 (commit 0123456789ab, release build)`.
    static var line: String {
        let commit = unsafe String(cString: build_commit())
        let parts = [commit.isEmpty ? "unknown commit" : "commit \(commit)", kind]
        return "covtool \(text) (\(parts.joined(separator: ", ")))"
    }

    /// How it was built: by the release's script, or from a clone with or without optimisation.
    private static var kind: String {
        #if DEBUG
            "debug build"
        #else
            build_is_packaged() ? "packaged build" : "release build"
        #endif
    }
}
