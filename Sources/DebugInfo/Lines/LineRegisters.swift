/// The registers of the machine that a line program is written for, as far as rows are made of them.
struct LineRegisters {
    var address: UInt64 = 0
    private var operationIndex: UInt64 = 0
    var file: UInt64 = 1
    var line: UInt32 = 1
    var isStatement: Bool

    init(_ header: LineProgramHeader) { isStatement = header.isStatementAtFirst }

    /// Goes so many operations on. All of this wraps, as nothing in a file can be trusted.
    @inline(__always)
    mutating func advance(by count: UInt64, _ header: borrowing LineProgramHeader) {
        let length = UInt64(header.minimumInstructionLength)
        if header.operationsPerInstruction == 1 {
            address &+= length &* count
        } else {
            let perInstruction = UInt64(header.operationsPerInstruction)
            let sum = operationIndex &+ count
            address &+= length &* (sum / perInstruction)
            operationIndex = sum % perInstruction
        }
    }

    mutating func advance(byBytes count: UInt16) {
        address &+= UInt64(count)
        operationIndex = 0
    }

    mutating func set(address: UInt64) {
        self.address = address
        operationIndex = 0
    }
}
