import CHost

/// A file by device and inode, as the kernel lists them beside a mapping. (On some file systems
/// `stat` names another device.)
struct FileIdentity: Equatable {
    /// Major and minor number in one: compared, never looked at.
    var device: UInt64
    var inode: UInt64
}

/// What tells a file from another one that is at the same path later, be it a new file or the old one
/// rewritten: a file system gives inodes again as soon as they are free.
struct FileStamp: Equatable {
    private var device: UInt64
    private var inode: UInt64
    private var size: UInt64
    /// When its contents and its inode were changed last, in nanoseconds.
    private var modified: Int64
    private var changed: Int64

    /// Of the file that the path leads to; nil where there is none.
    init?(of path: HostPath) {
        var stamp = host_stamp()
        guard unsafe path.withCString({ unsafe host_read_stamp($0, &stamp) }) == 0 else {
            return nil
        }
        (device, inode, size) = (stamp.device, stamp.inode, stamp.size)
        (modified, changed) = (stamp.modified, stamp.changed)
    }
}
