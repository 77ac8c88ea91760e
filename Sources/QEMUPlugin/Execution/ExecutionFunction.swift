/// What QEMU calls directly when a block or an instruction is executed, with nothing in between: on
/// the thread of the vCPU, with the vCPU's index and the word that came with the registration. Calls
/// overlap.
///
/// Write it as a closure that captures nothing. What it needs comes by the word: a number or an address
/// of the plugin's own, or an object (``Kept``).
public typealias ExecutionFunction = @convention(c) (_ vcpu: UInt32, _ word: UInt) -> Void
