import CQEMUPlugin

/// The process that QEMU and its guest are.
enum HostProcess {
    /// Its number, another one in a forked child.
    static var id: CInt { host_process_id() }

    /// Bytes of a page, at least 1.
    static var pageSize: UInt64 { max(1, UInt64(clamping: host_page_size())) }
}
