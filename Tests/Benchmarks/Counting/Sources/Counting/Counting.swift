#if hasFeature(Embedded)
    import QEMUPluginEmbedded
#else
    import QEMUPlugin
#endif

/// Counts executed blocks, executed instructions or memory accesses (`on=`) in a plain number, and says
/// how many there were: counting.c in Swift.
final class Counting: TranslationObserver, ExitObserver {
    static let name: StaticString = "counting"

    enum Event { case block, instruction, memory }

    private let event: Event
    /// The number's address, which is the callbacks' word.
    private let counter: UInt

    init(_ installation: Installation) throws(PluginError) {
        let arguments: [Argument<Event>] = [
            .choice(
                "on",
                of: [("block", .block), ("instruction", .instruction), ("memory", .memory)],
                "what is counted"
            ) { $0 = $1 }
        ]
        event = try installation.read(arguments, over: .block)
        // In a page of its own, as in counting.c.
        let page = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
        page.initializeMemory(as: UInt64.self, to: 0)
        counter = UInt(bitPattern: page)
    }

    func translated(_ block: borrowing TranslationBlock) {
        let execution: ExecutionFunction = { _, word in
            UnsafeMutablePointer<UInt64>(bitPattern: word).unsafelyUnwrapped.pointee &+= 1
        }
        switch event {
        case .block:
            block.onExecution(passing: counter, call: execution)
        case .instruction:
            block.forEachInstruction { $0.onExecution(passing: counter, call: execution) }
        case .memory:
            block.forEachInstruction {
                $0.onMemoryAccess(passing: counter) { _, _, _, word in
                    UnsafeMutablePointer<UInt64>(bitPattern: word).unsafelyUnwrapped.pointee &+= 1
                }
            }
        }
    }

    func exits() {
        guard let number = UnsafePointer<UInt64>(bitPattern: counter) else { return }
        Emulator.log("\(number.pointee)\n")
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { Counting.install(call) }
