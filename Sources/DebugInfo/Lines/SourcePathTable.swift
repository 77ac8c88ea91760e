import Synchronization

/// The paths of all source files of one ELF file, each with one number, whichever units name it;
/// several threads add to it.
final class SourcePathTable: Sendable {
    private struct State {
        var paths: [String] = []
        var indices: [String: Int32] = [:]
    }

    private let state = Mutex(State())

    /// The path's number, a new one where it has none.
    func index(of path: String) -> Int32 {
        state.withLock { state in
            if let known = state.indices[path] { return known }
            let index = Int32(truncatingIfNeeded: state.paths.count)
            state.paths.append(path)
            state.indices[path] = index
            return index
        }
    }

    /// By number.
    var paths: [String] { state.withLock { $0.paths } }
}
