/// How a vCPU's value must compare with a number for a callback to come (`qemu_plugin_cond`); both are
/// taken as without a sign.
public enum Condition: CInt, Sendable {
    case never = 0
    case always = 1
    case equal = 2
    case notEqual = 3
    case less = 4
    case lessOrEqual = 5
    case greater = 6
    case greaterOrEqual = 7
}
