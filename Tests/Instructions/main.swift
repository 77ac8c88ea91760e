// What MachineCode reads, for test_instructions: of each line of the input, which has the name of an
// instruction set, an address and bytes, both in hexadecimal digits, a line for each instruction: address,
// length, kind, target. A line "-" ends each.
import MachineCode

func word(_ branch: Branch?) -> String {
    guard let branch else { return "-" }
    return "\(branch.isConditional ? "conditional-" : "")\(branch.kind)"
}

func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }

while let line = readLine() {
    let words = line.split(separator: " ")
    guard words.count == 3,
        let set = InstructionSet.allCases.first(where: { "\($0)" == words[0] }),
        let start = UInt64(words[1], radix: 16)
    else { fatalError("not an instruction set, an address and bytes: \(line.prefix(40))") }
    let digits = Array(words[2].utf8)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2)
        .map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
    let code = Code([.init(set, start: start, bytes: bytes)])
    code.forEachInstruction(in: start..<start + UInt64(bytes.count)) { instruction in
        let target = instruction.branch?.target.map { String($0, radix: 16) } ?? "-"
        print(
            String(instruction.address, radix: 16), instruction.length, word(instruction.branch),
            target)
    }
    print("-")
}
