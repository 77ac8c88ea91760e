import CHost

/// The time of the machine that QEMU runs on, which Embedded Swift has no clock for.
public enum HostClock {
    /// Nanoseconds since some moment in the past; they never go back.
    public static var nanoseconds: UInt64 { host_nanoseconds() }
}
