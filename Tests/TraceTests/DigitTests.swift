import Testing
import Trace

@Suite struct DigitTests {
    @Test(
        arguments: [
            ("0", 10, 0), ("18446744073709551615", 10, .max), ("18446744073709551616", 10, nil),
            ("99999999999999999999", 10, nil), ("", 10, nil), ("a", 10, nil), ("-1", 10, nil),
            ("aBcF", 16, 0xABCF), ("ffffffffffffffff", 16, .max), ("10000000000000000", 16, nil),
            ("g", 16, nil), ("@", 16, nil), ("`", 16, nil), ("/", 16, nil), (":", 16, nil),
        ] as [(String, UInt64, UInt64?)])
    func numbers(_ text: String, _ base: UInt64, _ expected: UInt64?) {
        #expect(UInt64(digits: Array(text.utf8), base: base) == expected)
    }

    @Test func search() {
        let numbers = [1, 3, 3, 7]
        for limit in 0...8 {
            let expected = numbers.firstIndex { $0 >= limit } ?? numbers.count
            #expect(numbers.partitioningIndex { $0 >= limit } == expected)
            let part = numbers[1...].firstIndex { $0 >= limit } ?? numbers.count
            #expect(numbers[1...].partitioningIndex { $0 >= limit } == part)
        }
        #expect([Int]().partitioningIndex { _ in true } == 0)
    }

    /// The keys' order is that of modules, then starts, then sizes.
    @Test func sortKeys() {
        let blocks = [
            Block(start: 9, size: 1, module: 0), Block(start: 9, size: 2, module: 0),
            Block(start: .max, size: 0, module: 0), Block(start: 0, size: .max, module: 1),
            Block(start: 0, size: 0, module: Block.noModule),
        ]
        #expect(blocks.shuffled().sorted { $0.sortKey < $1.sortKey } == blocks)
        #expect(blocks.map { Block(sortKey: $0.sortKey) } == blocks)
    }
}
