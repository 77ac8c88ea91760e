import Trace

#if canImport(Glibc)
    import Glibc
#endif

// The system's calls with a path, for all of this module: Swift would pass the text's UTF-8, which is another path where
// one has bytes that are not UTF-8 (``PathText``). With text these are chosen before Glibc's own; but not
// for `stat` and `statvfs`, which are types, too: whoever calls these writes `PathText.cString`.

@unsafe
func access(_ path: String, _ mode: Int32) -> Int32 {
    unsafe Glibc.access(PathText.cString(path), mode)
}

@unsafe
func lstat(_ path: String, _ status: inout stat) -> Int32 {
    unsafe Glibc.lstat(PathText.cString(path), &status)
}

@unsafe
func open(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
    unsafe Glibc.open(PathText.cString(path), flags, mode)
}

@unsafe
func readlink(_ path: String, _ buffer: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
    unsafe Glibc.readlink(PathText.cString(path), buffer, count)
}

@unsafe
func realpath(_ path: String, _ buffer: UnsafeMutablePointer<CChar>?)
    -> UnsafeMutablePointer<CChar>?
{
    unsafe Glibc.realpath(PathText.cString(path), buffer)
}

@unsafe @discardableResult
func unlink(_ path: String) -> Int32 { unsafe Glibc.unlink(PathText.cString(path)) }

@unsafe @discardableResult
func rmdir(_ path: String) -> Int32 { unsafe Glibc.rmdir(PathText.cString(path)) }

@unsafe @discardableResult
func mkdir(_ path: String, _ mode: mode_t) -> Int32 {
    unsafe Glibc.mkdir(PathText.cString(path), mode)
}

@unsafe @discardableResult
func chmod(_ path: String, _ mode: mode_t) -> Int32 {
    unsafe Glibc.chmod(PathText.cString(path), mode)
}

@unsafe @discardableResult
func rename(_ old: String, _ new: String) -> Int32 {
    unsafe Glibc.rename(PathText.cString(old), PathText.cString(new))
}

@unsafe
func link(_ old: String, _ new: String) -> Int32 {
    unsafe Glibc.link(PathText.cString(old), PathText.cString(new))
}
