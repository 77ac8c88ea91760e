/// How a vCPU's value must compare with a number for a callback to come (`qemu_plugin_cond`); both are
/// taken as without a sign.
public enum Condition: Sendable {
    /// No callback comes.
    case never
    /// It comes whatever the value is.
    case always
    /// The value is the number.
    case equal
    /// The value is another one.
    case notEqual
    /// The value is below the number.
    case less
    /// The value is not above the number.
    case lessOrEqual
    /// The value is above the number.
    case greater
    /// The value is not below the number.
    case greaterOrEqual

    /// QEMU's number for it.
    var code: CInt {
        switch self {
        case .never: 0
        case .always: 1
        case .equal: 2
        case .notEqual: 3
        case .less: 4
        case .lessOrEqual: 5
        case .greater: 6
        case .greaterOrEqual: 7
        }
    }
}
