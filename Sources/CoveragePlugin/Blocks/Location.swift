import QEMUPluginEmbedded

/// A place in the guest's code: an address, or an offset in a module.
enum Location {
    case address(UInt64)
    /// Bytes from the module's base, as offsets in a trace are.
    case offset(UInt64, in: PathPattern)

    /// `ADDRESS` or `MODULE+OFFSET`; nil for anything else.
    init?(_ value: [UInt8]) {
        if let address = UInt64(argument: value) {
            self = .address(address)
        } else if let plus = value.lastIndex(of: UInt8(ascii: "+")), plus > 0,
            let offset = UInt64(argument: value[(plus + 1)...])
        {
            self = .offset(offset, in: PathPattern([UInt8](value[..<plus])))
        } else {
            return nil
        }
    }

    /// The guest address, nil where the location is in another module.
    ///
    /// - Parameters:
    ///   - base: what offsets in the module count from.
    ///   - path: the module's, nil outside all modules.
    func address(base: UInt64, path: [UInt8]?) -> UInt64? {
        switch self {
        case .address(let address): address
        case .offset(let offset, let pattern):
            path.map { pattern.matches($0) } ?? false ? base &+ offset : nil
        }
    }
}
