/// A file by device and inode, as the kernel lists them beside a mapping. (On some file systems
/// `stat` names another device.)
struct FileIdentity: Equatable {
    /// Major and minor number in one: compared, never looked at.
    var device: UInt64
    var inode: UInt64
}
