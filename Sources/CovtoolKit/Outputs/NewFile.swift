import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// A file that is written under a name of its own, and gets another when it is whole.
enum NewFile {
    /// The most names that are tried.
    private static let most = 100
    /// The most bytes that Linux's file systems take for a name.
    private static let mostBytes = 255

    /// Makes a file under the first of some paths where nothing is. What is there belongs to somebody else, such as a
    /// process of the same number in another container: it is not opened, nor what a link leads to.
    ///
    /// - Parameters:
    ///   - goes: whether it goes with an interruption, until ``Interruption/forgetUnfinished(_:)``.
    ///   - path: of each number, from 0.
    /// - Returns: the descriptor, or -1 where it cannot be made, for the reason in `errno`; and the path.
    static func open(goesIfInterrupted goes: Bool = false, _ path: (Int) -> String) -> (
        descriptor: Int32, path: String
    ) {
        // No signal may come between: the file would stay.
        var (all, before) = (sigset_t(), sigset_t())
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        var (number, name) = (0, path(0))
        while true {
            let descriptor = unsafe Glibc.open(
                PathText.cString(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            number += 1
            if descriptor >= 0, goes { Interruption.addUnfinished(name) }
            if descriptor >= 0 || errno != EEXIST || number == most { return (descriptor, name) }
            name = path(number)
        }
    }

    /// What a process calls a file until it is whole: by the name that it will have, or the end of that if it is long.
    static func unfinishedName(_ name: String, _ process: pid_t, _ number: Int) -> String {
        let ending = number > 0 ? ".\(process)-\(number).tmp" : ".\(process).tmp"
        var name = name[...]
        while name.utf8.count + ending.utf8.count + 1 > mostBytes { name.removeFirst() }
        return ".\(name)\(ending)"
    }
}
