/// What QEMU calls directly when a block or an instruction is executed, with nothing in between: on
/// the thread of the vCPU, with the word that came with the registration. Calls overlap.
///
/// Write it as a closure that captures nothing. What it needs comes by the word: a number or an address
/// of the plugin's own.
public typealias ExecutionFunction = @Sendable @convention(c) (_ vcpu: VCPU, _ word: UInt) -> Void
