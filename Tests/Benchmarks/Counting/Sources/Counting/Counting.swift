#if hasFeature(Embedded)
    import QEMUPluginEmbedded
#else
    import QEMUPlugin
#endif

/// By what it counts (counting.c says why).
private let step: UInt64 = 2

/// Counts executed blocks, executed instructions, memory accesses, system calls (as they begin and as they
/// return) or reads of a register at each block (`on=`) in a plain number, and says how many there were:
/// counting.c in Swift.
final class Counting: TranslationObserver, SystemCallObserver, SystemCallReturnObserver,
    VCPUStartObserver, ExitObserver
{
    static let name: StaticString = "counting"

    enum Event { case block, instruction, memory, call, register }

    private let event: Event
    /// The number's address, which is the callbacks' word.
    private let counter: UInt
    private let register = Locked<Register?>(nil)

    init(_ installation: Installation) throws(PluginError) {
        let arguments: [Argument<Event>] = [
            .choice(
                "on",
                of: [
                    ("block", .block), ("instruction", .instruction), ("memory", .memory),
                    ("call", .call), ("register", .register),
                ],
                "what is counted"
            ) { $0 = $1 }
        ]
        event = try installation.read(arguments, over: .block)
        // In a page of its own, as in counting.c.
        let page = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
        page.initializeMemory(as: UInt64.self, repeating: 0, count: 2)
        counter = UInt(bitPattern: page)
    }

    func vcpuStarted(_ vcpu: VCPU) {
        guard event == .register else { return }
        register.withLock { $0 = (try? Register.named("rax", of: vcpu)) ?? nil }
    }

    private func add(_ value: UInt64) {
        let numbers = UnsafeMutablePointer<UInt64>(bitPattern: counter).unsafelyUnwrapped
        numbers[0] &+= step
        numbers[1] &+= value
    }

    func systemCallBegins(_ call: SystemCall, on vcpu: VCPU) {
        if event == .call { add(call.arguments[0]) }
    }

    func systemCallReturned(_ call: SystemCallReturn, on vcpu: VCPU) {
        if event == .call { add(UInt64(bitPattern: call.result)) }
    }

    func translated(_ block: borrowing TranslationBlock) {
        let execution: ExecutionFunction = { _, word in
            UnsafeMutablePointer<UInt64>(bitPattern: word).unsafelyUnwrapped.pointee &+= step
        }
        switch event {
        case .block:
            block.onExecution(passing: counter, call: execution)
        case .instruction:
            block.forEachInstruction { $0.onExecution(passing: counter, call: execution) }
        case .memory:
            block.forEachInstruction {
                $0.onMemoryAccess(passing: counter) { _, _, _, word in
                    UnsafeMutablePointer<UInt64>(bitPattern: word).unsafelyUnwrapped.pointee &+=
                        step
                }
            }
        case .register:
            guard let register = register.withLock({ $0 }) else { return }
            block.onExecution(using: .read) { vcpu in
                if let value = register.value(on: vcpu) { self.add(value) }
            }
        case .call:
            break
        }
    }

    func exits() {
        guard let number = UnsafePointer<UInt64>(bitPattern: counter) else { return }
        Emulator.log("\(number.pointee / step)\n")
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { Counting.install(call) }
