import CovtoolKit
import Folders
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A folder of a test's own, which goes with it.
final class TemporaryFolder {
    /// The folder, without links and without a slash at its end.
    let path: String

    init() {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(FilePath.absolute(parent))/covtool-kit-XXXXXX".utf8CString)
        path = unsafe template.withUnsafeMutableBufferPointer { name in
            unsafe name.baseAddress.flatMap { unsafe mkdtemp($0) }.map {
                unsafe String(cString: $0)
            } ?? ""
        }
        precondition(!path.isEmpty, "no folder can be made")
    }

    deinit { TemporaryFolder.remove(path) }

    /// The whole path of a name in the folder.
    subscript(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, and the folders that it is in; gives its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) -> String {
        for (index, character) in zip(name.indices, name) where character == "/" {
            makeFolder(String(name[..<index]))
        }
        let file = unsafe open(self[name], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        precondition(file >= 0)
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(file, $0.baseAddress, $0.count)
        }
        precondition(count == bytes.count && close(file) == 0)
        return self[name]
    }

    @discardableResult
    func write(_ text: String, to name: String) -> String { write(Array(text.utf8), to: name) }

    func makeFolder(_ name: String) { _ = unsafe mkdir(self[name], 0o755) }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) {
        let status = unsafe symlink(target, self[name])
        precondition(status == 0)
    }

    /// What a file holds; nil where there is none.
    func text(_ name: String) -> String? {
        let file = unsafe open(self[name], O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe read(file, $0.baseAddress, $0.count)
        }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// All names in the folder, in order.
    var names: [String] { Array(FolderNames(of: path)) }

    private static func remove(_ path: String) {
        if unsafe unlink(path) == 0 { return }
        for name in FolderNames(of: path) { remove("\(path)/\(name)") }
        unsafe rmdir(path)
    }
}

/// Keeps what the library says.
final class Messages: Sendable {
    private let said = Mutex<[Warnings.Message]>([])

    /// All that was said so far.
    var all: [Warnings.Message] { said.withLock { $0 } }

    func warnings(isStrict: Bool = false) -> Warnings {
        Warnings(isStrict: isStrict) { message in self.said.withLock { $0.append(message) } }
    }
}

/// The failure that `body` ends with; nil if it ends without one.
func failure(_ body: () throws(Failure) -> Void) -> Failure? {
    do throws(Failure) {
        try body()
        return nil
    } catch {
        return error
    }
}
