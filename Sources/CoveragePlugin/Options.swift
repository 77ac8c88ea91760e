/// What the user asks for behind `-plugin libcov.so,`.
struct Options {
    /// Where the trace goes.
    var output = HostPath("run.drcov")

    /// The options, for messages.
    static let list: StaticString =
        "out=PATH (where the trace goes, run.drcov if left out; filename=PATH is the same)"

    /// Reads arguments of the form `name=value`; a later one wins over an earlier one.
    init(_ arguments: [[UInt8]]) throws(OptionError) {
        for argument in arguments {
            let end = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.count
            let name = [UInt8](argument[..<end])
            let value = [UInt8](argument[end...].dropFirst())
            guard Options.isOutput(name) else { throw .unknown(argument) }
            guard !value.isEmpty else { throw .emptyValue(name) }
            output = HostPath(value)
        }
    }

    /// `filename` is what QEMU's own drcov plugin calls it.
    private static func isOutput(_ name: [UInt8]) -> Bool {
        for known in ["out", "filename"] as [StaticString]
        where known.withUTF8Buffer({ unsafe name.elementsEqual($0) }) { return true }
        return false
    }
}
