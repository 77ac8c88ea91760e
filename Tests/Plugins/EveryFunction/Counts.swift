import QEMUPluginEmbedded

/// What callbacks count, on one vCPU but for what is said.
enum Counts {
    nonisolated(unsafe) static var blocks: UInt64 = 0
    nonisolated(unsafe) static var instructions: UInt64 = 0
    nonisolated(unsafe) static var blockConditions: UInt64 = 0
    nonisolated(unsafe) static var instructionConditions: UInt64 = 0
    nonisolated(unsafe) static var stores: UInt64 = 0
    nonisolated(unsafe) static var translations: UInt64 = 0
    nonisolated(unsafe) static var translationsOfCalled: UInt64 = 0
    nonisolated(unsafe) static var starts: UInt64 = 0
    nonisolated(unsafe) static var ends: UInt64 = 0
    nonisolated(unsafe) static var idles: UInt64 = 0
    nonisolated(unsafe) static var resumes: UInt64 = 0
    nonisolated(unsafe) static var marks: UInt64 = 0
    nonisolated(unsafe) static var flushes: UInt64 = 0
    nonisolated(unsafe) static var keptUses: UInt64 = 0
    nonisolated(unsafe) static var keptReleases: UInt64 = 0
    nonisolated(unsafe) static var discontinuities: UInt64 = 0
    nonisolated(unsafe) static var filtered: UInt64 = 0
    nonisolated(unsafe) static var hasReset = false
    nonisolated(unsafe) static var hasExited = false
    nonisolated(unsafe) static var registers = 0

    /// Those that QEMU adds to by itself: of interface version 1, at addresses of the process.
    nonisolated(unsafe) static let plain: UnsafeMutablePointer<UInt64> = {
        let counters = UnsafeMutablePointer<UInt64>.allocate(capacity: 3)
        unsafe counters.initialize(repeating: 0, count: 3)
        return unsafe counters
    }()
}

/// An object that a callback gets.
final class RetainedObject: Sendable {
    func use() { unsafe Counts.keptUses += 1 }
    deinit { unsafe Counts.keptReleases += 1 }
}
