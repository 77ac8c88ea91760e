/// What two modules have in common if they are the same file.
struct ModuleIdentity: Hashable, Sendable {
    private static let page: UInt64 = 0x1000

    /// The build-id of the ELF file that is there; empty where that is not known.
    var buildID: [UInt8] = []
    /// The path; empty where the build-id says more.
    var path = ""
    /// Bytes in memory, up to the end of the last page: some recorders give a module's end to the
    /// byte, some to the page.
    var size: UInt64 = 0
    /// The segments, as far as they tell modules apart.
    var segments: [Range<UInt64>] = []

    static func pages(_ size: UInt64) -> UInt64 {
        let (sum, overflow) = size.addingReportingOverflow(page - 1)
        return overflow ? size : sum & ~(page - 1)
    }
}
