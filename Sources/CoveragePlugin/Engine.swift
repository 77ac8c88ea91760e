import QEMUPluginEmbedded

/// How it is seen that a block was executed.
enum Engine {
    /// A callback at each execution, until it costs more than translating all code anew, in which
    /// what was recorded needs no callback any more (see ``Retranslation``).
    case callback
    /// QEMU adds 1 to the block's counter, in the block's own code (interface version 1).
    case counter
    /// A callback at the vCPU's first execution of the block; a look at one value, in the block's
    /// own code, at each later one (from interface version 3 on).
    case conditional

    /// The cheapest that this QEMU has.
    ///
    /// - Parameter switches: whether recording is to be switched on and off.
    static func best(for host: HostInformation, switches: Bool) -> Engine {
        if host.survivesRetranslation { return .callback }
        if host.hasPlainCounters { return switches ? .callback : .counter }
        return host.hasConditionalCallbacks ? .conditional : .callback
    }

    /// Whether this QEMU has the means.
    func works(on host: HostInformation) -> Bool {
        switch self {
        case .counter: host.hasPlainCounters
        case .conditional: host.hasConditionalCallbacks
        case .callback: true
        }
    }
}
