import Replay
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps what was in the inputs on which the program crashed: once the replay is over, a fuzzer may have trimmed them, or
/// taken them away.
public final class CrashedInputs: ReplayObserver {
    private struct State {
        /// By the inputs' numbers, where they stand in the file.
        var places: [Int: Range<Int>] = [:]
        var end = 0
    }

    /// A file without a name, of which nothing is left however the replay ends.
    private let descriptor: Int32
    private let path: String
    private let state = Mutex(State())

    /// - Throws: ``Failure`` where the folder for temporary files cannot be written.
    public init() throws(Failure) {
        let folder = try ReplayFolder()
        defer { folder.remove() }
        path = folder.path + "crashed"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.writing(path, errno) }
    }

    deinit { close(descriptor) }

    /// Keeps the input of a run that has crashed.
    public func ended(_ run: ReplayedRun) throws(Failure) {
        guard case .crashed = run.ended.end else { return }
        try state.withLock { state throws(Failure) in
            guard state.places[run.input] == nil else { return }
            lseek(descriptor, off_t(state.end), SEEK_SET)
            if let number = WholeWrite.write(run.content.span, to: descriptor) {
                throw Failure.writing(path, number)
            }
            let end = state.end + run.content.count
            state.places[run.input] = state.end..<end
            state.end = end
        }
    }

    /// Copies the inputs with these numbers into a folder.
    ///
    /// - Throws: ``Failure`` where one cannot be copied.
    public func copy(_ numbers: [Int], of inputs: InputList, to copies: TraceCopies) throws(Failure)
    {
        try copies.add(numbers, of: inputs) { (number) throws(Failure) in
            guard let place = state.withLock({ $0.places[number] }) else { return nil }
            return try content(place)
        }
    }

    private func content(_ place: Range<Int>) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: place.count)
        var next = 0
        while next < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[next...])
                return unsafe pread(
                    descriptor, rest.baseAddress, rest.count, off_t(place.lowerBound + next))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure.reading(path, errno) }
            next += count
        }
        return bytes
    }
}
