/// The release, as CHANGELOG.md names it.
enum Version {
    static let text = "0.1.0"
    /// The day of the release, for the man pages.
    static let date = "2026-11-21"
}
