import CQEMUPlugin

/// The process that QEMU and its guest are.
enum HostProcess {
    /// Its number, another one in a forked child.
    static var id: CInt { host_process_id() }
}
