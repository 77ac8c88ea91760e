import Testing
import Trace

@Suite struct TextTests {
    private func text(_ write: (inout TextBuffer) -> Void) -> String {
        var buffer = TextBuffer()
        write(&buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test(arguments: [(0, 0, "0"), (7, 3, "  7"), (1234, 3, "1234"), (.max, 0, "\(Int.max)")])
    func decimal(_ value: Int, _ width: Int, _ expected: String) {
        #expect(text { $0.append(decimal: value, width: width) } == expected)
    }

    @Test(arguments: [
        (UInt64(0), 0, "0"), (0xAB, 4, "00ab"), (0x12345, 4, "12345"),
        (.max, 16, "ffffffffffffffff"),
    ])
    func hexadecimal(_ value: UInt64, _ width: Int, _ expected: String) {
        #expect(text { $0.append(hex: value, width: width) } == expected)
    }

    @Test(
        arguments: [
            ([0x0A, 0xFF], 1, "/a (replaced 0aff)"), ([], 1, "/a (replaced)"),
            ([], 2, "/a (replaced #2)"),
        ] as [([UInt8], Int, String)])
    func replacedModule(_ buildID: [UInt8], _ number: Int, _ expected: String) {
        let path = ReplacedModule.path(Array("/a".utf8), buildID: buildID, number: number)
        #expect(String(decoding: path, as: UTF8.self) == expected)
    }
}
