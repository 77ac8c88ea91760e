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
    /// - Parameters:
    ///   - counts: whether each execution is to be counted.
    ///   - switches: whether recording is to be switched on and off.
    ///   - edges: whether it is to be seen where a block is entered from.
    static func best(for host: HostInformation, counts: Bool, switches: Bool, edges: Bool) -> Engine
    {
        if edges || (counts && switches) { return .callback }
        if counts, Feature.blockInline.isAvailable { return .counter }
        if host.survivesRetranslation { return .callback }
        if Feature.blockInline.isAvailable { return switches ? .callback : .counter }
        return Feature.blockConditions.isAvailable ? .conditional : .callback
    }

    /// Whether recording can be switched off and on: what QEMU counts by itself goes on.
    func canSwitch(counts: Bool) -> Bool {
        switch self {
        case .counter: false
        case .conditional: !counts
        case .callback: true
        }
    }

    /// Whether it sees where a block is entered from.
    var seesEdges: Bool { if case .callback = self { true } else { false } }

    /// Whether this QEMU has the means.
    var works: Bool {
        switch self {
        case .counter: Feature.blockInline.isAvailable
        case .conditional: Feature.blockConditions.isAvailable
        case .callback: true
        }
    }
}
