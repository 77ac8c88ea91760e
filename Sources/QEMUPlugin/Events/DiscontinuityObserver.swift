import CQEMUPlugin

/// A plugin that sees where a vCPU goes on elsewhere than its instructions say: system emulation only,
/// from QEMU 10.2 on.
///
/// Where QEMU does not tell (``Feature/discontinuities``), the plugin is not installed, unless
/// ``Plugin/optionalEvents`` has it.
public protocol DiscontinuityObserver: Plugin {
    /// Which ones are wanted; all, if it does not say.
    static var wantedDiscontinuities: Discontinuity.Kinds { get }

    /// Called at each (`qemu_plugin_register_vcpu_discon_cb`), on the vCPU's thread.
    func discontinued(_ discontinuity: Discontinuity, on vcpu: VCPU)
}

extension DiscontinuityObserver {
    /// All.
    public static var wantedDiscontinuities: Discontinuity.Kinds { .all }

    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeDiscontinuities(_ emulator: Emulator) -> Feature? {
        guard Feature.discontinuities.isAvailable else { return .discontinuities }
        if Handlers.canBeSet {
            unsafe Handlers.discontinuity = .passRetained(
                DiscontinuityHandler { self.discontinued($1, on: $0) })
        }
        qemu_on_discontinuity(emulator.id, Self.wantedDiscontinuities.rawValue) {
            vcpu, kind, from, to in
            let discontinuity = Discontinuity(
                kind: Discontinuity.Kinds(rawValue: kind), from: from, to: to)
            unsafe Handlers.discontinuity?._withUnsafeGuaranteedRef {
                $0.body(vcpu, discontinuity)
            }
        }
        return nil
    }
}
