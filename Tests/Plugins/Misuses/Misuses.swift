import QEMUPluginEmbedded
import Synchronization

/// Uses the library wrongly in every way that compiles without `unsafe`, and says what came of it: a test's
/// plugin. `at=` is the address of a block, `word=` that of eight bytes which hold 1 there.
final class Misuses: TranslationObserver, VCPUStartObserver, VCPUIdleObserver, SystemCallObserver,
    ExitObserver
{
    static let name: StaticString = "misuses"

    struct Settings {
        var address: UInt64 = 0
        var word: UInt64 = 0
        var ends = false
        var counts = false
    }

    let settings: Settings
    let emulator: Emulator
    let clocks: [TimeControl?]
    let returns: FunctionReturns?
    let said = Said()
    let calls: Calls?
    private let isDone = Atomic(false)
    private let isIdle = Atomic(false)

    init(_ installation: Installation) throws(PluginError) {
        let arguments: [Argument<Settings>] = [
            .number("at", in: 1...UInt64.max, "an address") { $0.address = $1 }.required,
            .number("word", in: 1...UInt64.max, "an address") { $0.word = $1 }.required,
            .flag("uninstall", "with callbacks of memory accesses") { $0.ends = $1 },
            .flag("calls", "what is done in system calls, alone") { $0.counts = $1 },
        ]
        settings = try installation.read(arguments, over: Settings())
        emulator = installation.emulator
        calls = settings.counts ? try Calls() : nil
        // Twice.
        clocks = [
            (try? Emulator.requestTimeControl()) ?? nil,
            (try? Emulator.requestTimeControl()) ?? nil,
        ]
        returns = try? FunctionReturns(installation.host)
        say("vcpus at install", "\(Emulator.vcpuCount ?? 0)")
        var vcpus = 0
        emulator.forEachVCPU { _ in vcpus += 1 }
        say("for each at install", "\(vcpus)")
        say("scoreboards") { () throws(PluginError) in
            let huge = try Scoreboard<UInt64>(count: .max)
            let none = try Scoreboard<UInt64>(count: -1)
            guard let board = try Scoreboard<UInt64>(count: 2) else { return "none" }
            board[1000, 0] = 5
            board[0, -1] = 5
            board[0, 2] = 5
            let entries = [board.entry(2), board.entry(-1), board.entry(0, offset: 4)]
            board.entry(1)?.add(3, for: 99)
            return "\(huge == nil) \(none == nil) \(entries.allSatisfy { $0 == nil })"
        }
    }

    func vcpuStarted(_ vcpu: VCPU) {
        guard vcpu.index == 0 else { return }
        say("registers at the start") { () throws(PluginError) in
            let register = try Register.all(of: vcpu).first
            return "\(register?.value(on: vcpu) != nil)"
        }
        say("memory at the start") { () throws(PluginError) in
            "\(try GuestMemory.number(at: 8, size: 8, on: vcpu) == nil)"
        }
    }

    func vcpuIdles(_ vcpu: VCPU) {
        guard !isIdle.exchange(true, ordering: .relaxed) else { return }
        say("registers of an idle one") { () throws(PluginError) in
            _ = try Register.all(of: vcpu).map { $0.value(on: vcpu) }
            return "harmless"
        }
    }

    func translated(_ block: borrowing TranslationBlock) {
        let outside = [-1, Int.max, Int.min].allSatisfy { index in
            block.withInstruction(at: index) { _ in true } == nil
        }
        if !outside { say("instructions outside", "there") }
        // Twice.
        returns?.watch(block)
        returns?.watch(block)
        guard block.address == settings.address else { return }
        say("jump as a flag") { () throws(PluginError) in
            block.onExecution(using: try .jump) { _ in }
            return "taken"
        }
        block.forEachInstruction { instruction in
            instruction.onMemoryAccess([]) { _, _, _ in }
            instruction.onMemoryAccess(.writes) { _, access, _ in
                if !access.isStore { self.onlyOnce("a load for a store") { "came" } }
            }
            instruction.onMemoryAccess(.reads) { _, access, _ in
                if access.isStore { self.onlyOnce("a store for a load") { "came" } }
            }
            instruction.onMemoryAccess(.init(rawValue: 1000)) { _, _, _ in }
            instruction.onMemoryAccess { vcpu, access, address in
                // Another address than its own.
                _ = access.withPhysicalAddress(at: 1) { _ in }
                self.nestAddresses(access, address)
                _ = try? access.value
                if self.settings.ends {
                    self.onlyOnce("uninstalled") { "\(self.emulator.uninstall(on: vcpu) {})" }
                    self.onlyOnce("retranslated behind the end") {
                        "\(self.emulator.retranslateAll(on: vcpu) {})"
                    }
                }
            }
        }
        say("conditions") { () throws(PluginError) in
            guard let entry = try Scoreboard<UInt64>()?.entry() else { return "none" }
            try block.onExecution(while: entry, is: .never, 0) { _ in self.say("never", "came") }
            try block.onExecution(while: entry, is: .always, 0) { _ in }
            return "taken"
        }
        block.onExecution(using: .write) { vcpu in
            guard !self.isDone.exchange(true, ordering: .relaxed) else { return }
            self.lend(vcpu)
            self.readTooMuch(vcpu)
            self.writeWrongly(vcpu)
            self.awaitReturns(vcpu)
            self.repeatAsking(vcpu)
            self.askTwice(vcpu)
        }
        block.onExecution { vcpu in
            self.onlyOnce("registers without leave") { () throws(PluginError) in
                let register = try Register.all(of: vcpu).first
                _ = register?.value(on: vcpu)
                let isWritten = try register?.write([0, 0, 0, 0, 0, 0, 0, 0], on: vcpu)
                return "\(isWritten == false)"
            }
        }
        block.onExecution(using: .read) { vcpu in
            self.onlyOnce("writing with leave to read") { () throws(PluginError) in
                let register = try Register.all(of: vcpu).first
                guard let bytes = register?.withBytes(on: vcpu, { $0.byteCount }) else {
                    return "not read"
                }
                let isWritten = try register?.write(Array(repeating: 0, count: bytes), on: vcpu)
                return "\(isWritten == false)"
            }
        }
        registerMany(block)
    }

    func exits() {
        if let calls { say("calls", calls.result) }
        Emulator.log("the end\n")
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { Misuses.install(call) }
