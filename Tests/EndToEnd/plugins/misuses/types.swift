// What the type checker refuses: each marked line has an error with these words. Not built by SwiftPM.
import QEMUPluginEmbedded

final class Wrong: TranslationObserver, ExitObserver {
    static let name: StaticString = "wrong"
    let emulator: Emulator

    init(_ installation: Installation) throws(PluginError) {
        emulator = installation.emulator
        _ = try Register.all()  // error: missing argument for parameter 'of'
        _ = try Register.all(of: VCPU())  // error: no accessible initializers
        _ = try Register.all(of: 0)  // error: cannot convert value
        emulator.uninstall {}  // error: missing argument for parameter 'on'
        emulator.retranslateAll {}  // error: missing argument for parameter 'on'
        _ = Program()  // error: inaccessible due to 'internal' protection level
        _ = Register(name: "rax", feature: nil, isReadOnly: nil)  // error: protection
        _ = RegisterUse(flags: 9)  // error: inaccessible due to 'internal' protection level
        _ = MemoryAccess(5)  // error: no accessible initializers
        _ = MemoryAccess()  // error: no accessible initializers
        _ = TranslationBlock(1)  // error: inaccessible due to 'internal' protection level
        _ = Emulator(id: 3)  // error: inaccessible due to 'internal' protection level
        _ = Wrong.install(InstallCall())  // error: no accessible initializers
        _ = try Scoreboard<VCPUEntry>()  // error: 'BitwiseCopyable'
        try installation.require(.everything)  // error: has no member 'everything'
    }

    func translated(_ block: borrowing TranslationBlock) {
        block.onExecution(using: .jump) { _ in }  // error: property access can throw
        block.onExecution { vcpu, word in }  // error: contextual closure type
        block.onExecution(while: 3, is: .equal, 3) { _ in }  // error: cannot convert value
    }

    func handOn(_ vcpu: VCPU, _ block: borrowing TranslationBlock) {
        block.onExecution { _ in Emulator.log("\(vcpu.index)") }  // error: non-Sendable type 'VCPU'
    }

    func exits() {
        _ = try? GuestMemory.number(at: 8, size: 8)  // error: missing argument for parameter 'on'
    }
}
