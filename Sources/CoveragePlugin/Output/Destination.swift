import QEMUPluginEmbedded

/// What `out` leads to, as it was when the plugin was installed: the guest can change what lies at a
/// path, and close descriptors.
enum Destination {
    /// A file that is put in place whole. The path has no link as its last component.
    case file(HostPath)
    /// What a trace is written to the end of.
    case stream(HostStream)

    private static let mostLinks = 40

    /// Follows links to what is there, or will be.
    ///
    /// - Parameter given: absolute.
    /// - Throws: ``HostError`` where it is nothing that a trace can be written to.
    init(_ given: HostPath) throws(HostError) {
        var path = given
        for _ in 0..<Destination.mostLinks {
            let folder = try HostPath([UInt8](path.folder)).resolved()
            if let descriptor = try Destination.descriptor(path.name, in: folder) {
                do throws(HostError) {
                    self = .stream(try HostStream(descriptor: descriptor))
                } catch {
                    throw .notOpen
                }
                return
            }
            path = HostPath(folder.bytes + folder.separator + path.name)
            switch try path.kind() {
            case .link:
                let link = try path.link()
                path =
                    link.isAbsolute ? link : HostPath(folder.bytes + folder.separator + link.bytes)
            case .fifo, .character:
                try path.checkWritable()
                self = .stream(try HostStream(path: path))
                return
            default:
                try Destination.checkReplaceable(path)
                self = .file(path)
                return
            }
        }
        throw .tooManyLinks
    }

    /// A trace is put only in the place of a file, and of none that could be a program: neither the guest,
    /// nor QEMU, nor a library, this one among them, whatever name leads to them.
    static func checkReplaceable(_ path: HostPath) throws(HostError) {
        switch try path.kind() {
        case .missing: return
        case .regular: break
        case .directory: throw .isDirectory
        case .block: throw .isBlockDevice
        case .socket: throw .isSocket
        case .link, .fifo, .character: throw .isNoFile
        }
        let start = try? HostFile(reading: path).read(at: 0, count: 4)
        if start?.isText("\u{7F}ELF") ?? false { throw .isELF }
    }

    /// The number of the process's own descriptor that a name in a folder stands for; nil where it
    /// stands for none.
    private static func descriptor(
        _ name: ArraySlice<UInt8>, in folder: HostPath
    ) throws(HostError) -> CInt? {
        guard folder.hasPrefix("/proc/") else { return nil }
        let own = [HostPath("/proc/self/fd"), HostPath("/proc/thread-self/fd")]
        guard own.contains(where: { (try? $0.resolved()) == folder }) else { return nil }
        guard let number = UInt64(argument: name).flatMap({ CInt(exactly: $0) }) else {
            throw .notOpen
        }
        return number
    }
}

extension HostPath {
    /// What comes between a folder and a name in it.
    fileprivate var separator: [UInt8] {
        bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
    }
}
