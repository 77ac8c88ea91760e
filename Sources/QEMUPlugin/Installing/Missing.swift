/// This QEMU does not have what is asked for.
public struct Missing: Error {
    /// What it does not have.
    public let feature: Feature

    init(_ feature: Feature) { self.feature = feature }
}
