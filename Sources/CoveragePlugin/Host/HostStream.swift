import CHost
import TraceEmbedded

/// What is written to without being replaced: a descriptor of the process, a FIFO, a device.
///
/// The guest can close the descriptor and open something of its own in its place, and no other may be
/// held in its sight. So what it leads to is noted while only QEMU has run, and looked for anew each time:
/// first at that descriptor, then under the name that the file had.
struct HostStream {
    private let descriptor: CInt
    private let path: HostPath?
    private let identity: host_identity

    /// What a descriptor leads to now.
    init(descriptor: CInt) throws(HostError) {
        var identity = host_identity()
        let result = unsafe host_identify(descriptor, &identity)
        guard result == 0 else { throw HostError(negated: result) }
        (self.descriptor, self.identity) = (descriptor, identity)
        var link = TextBuffer()
        link.append("/proc/self/fd/")
        link.append(decimal: Int(descriptor))
        // Pipes and sockets have a text there that is no path.
        let name = try? HostPath(link.bytes).link()
        path = name.flatMap { $0.isAbsolute ? $0 : nil }
    }

    /// What a path leads to now, links followed.
    init(path: HostPath) throws(HostError) {
        var identity = host_identity()
        let result = unsafe path.withCString { unsafe host_identify_path($0, &identity) }
        guard result == 0 else { throw HostError(negated: result) }
        (self.path, self.identity, descriptor) = (path, identity, -1)
    }

    /// The end of it, open for writing.
    func open() throws(HostError) -> HostFile {
        try HostFile(reaching: identity, by: descriptor, or: path)
    }
}
