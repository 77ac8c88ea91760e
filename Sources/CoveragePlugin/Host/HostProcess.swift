import CHost

/// The process that QEMU and its guest are.
enum HostProcess {
    /// Its number, another one in a forked child.
    static var id: CInt { host_process_id() }

    /// The machine's name; empty where the system does not say.
    static var hostName: [UInt8] {
        let name = try? unsafe HostPath.filled { unsafe host_name($0, $1) }
        return name?.bytes ?? []
    }

    /// Bytes of a page, at least 1.
    static var pageSize: UInt64 { max(1, UInt64(clamping: host_page_size())) }
}
