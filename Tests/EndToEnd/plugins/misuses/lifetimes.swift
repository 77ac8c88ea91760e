// What the compiler refuses once the types are right: each marked line has an error with these words. Not
// built by SwiftPM.
import QEMUPluginEmbedded

nonisolated(unsafe) var keptCPU: VCPU?
nonisolated(unsafe) var keptAccess: MemoryAccess?
nonisolated(unsafe) var keptSpan: RawSpan?

final class Kept: TranslationObserver, VCPUStartObserver {
    static let name: StaticString = "kept"
    let number: UInt64 = 3

    init(_ installation: Installation) throws(PluginError) {}

    func vcpuStarted(_ vcpu: VCPU) {  // error: escapes its scope
        keptCPU = vcpu
    }

    func translated(_ block: borrowing TranslationBlock) {
        block.onExecution { vcpu in  // error: escapes its scope
            keptCPU = vcpu
        }
        block.onExecution(passing: 0) { _, _ in  // error: a closure that captures context
            Emulator.log("\(self.number)")
        }
        block.withInstruction(at: 0) { instruction in
            instruction.onMemoryAccess { _, access, _ in  // error: escapes its scope
                keptAccess = access
            }
        }
    }

    func lend(_ vcpu: VCPU) {
        _ = try? GuestMemory.withBytes(at: 8, count: 8, on: vcpu) {
            bytes in  // error: escapes its scope
            keptSpan = bytes
        }
    }
}
