@testable import Coverage
import Testing

@Suite struct SwitchLabelTests {
    private func labels(_ text: String) -> [SwitchLabels.Label] {
        SwitchLabels(Array(text.utf8)).labels
    }

    private func label(_ line: Int32, _ code: ClosedRange<Int32>) -> SwitchLabels.Label {
        .init(line: line, code: code)
    }

    /// Of labels that follow each other, the first; none on the line of its code, none without any.
    @Test func labelsStandForTheCodeBehindThem() {
        let text = """
            int f(int x) {
                switch (x) {
                case 1:
                case 2:
                    return 3;
                case 3: x++; break;
                case (4 ? 5 : 6) + 'a' ? 7 : 8:
                {
                    int y;
                    x--;
                }
                /* fall through */
                default:
                    ;
                    if (x)
                        break;
                    x = 1;
                case N::M ... 9:
                    ;
                }
                return x;
            }
            """
        #expect(labels(text) == [label(3, 5...5), label(7, 9...16), label(13, 15...16)])
    }

    /// Words in comments, texts and the preprocessor's lines, and `default` where it is no label.
    @Test func whatIsNoLabelIsNone() {
        let text = #"""
            struct S { S() = default; };
            int case_1 = 1'000;
            void g(int x) {
                /* switch (x) { case 1: */
                const char *s = "switch (x) { case 2:" R"-(
                    case 3: )" }
                )-";
                #define M(x) switch (x) { case 4: \
                    case 5: g(x); }
                switch (x) // { case 6:
                {
                case 7:
                    g(_Generic(x, default: 1, int: 2));
                    char c = '}';
                    break;
                }
                goto out;
            out:
                g(1);
            }
            """#
        #expect(labels(text) == [label(12, 13...15)])
    }

    /// The inner one's labels are its own, and so are those in a loop around some of them.
    @Test func oneCanStandInAnother() {
        let text = """
            void f(int x, int y) {
                switch (x) {
                case 1:
                    switch (y) {
                    case 2:
                        g();
                        break;
                    }
                    break;
                case 3:
                    do {
                        g();
                case 4:
                        h();
                    } while (y);
                }
            case 5:
                h();
            }
            """
        #expect(
            labels(text) == [
                label(3, 4...7), label(5, 6...7), label(10, 11...16), label(13, 14...16),
            ])
    }

    /// A label and its code are compiled together, or neither is known; each way of an `#if` begins where it began.
    @Test func conditionsOfThePreprocessorStandApart() {
        let text = """
            void f(int x) {
                switch (x) {
            #if A
                case 1:
                    g();
                    break;
                case 2:
            #endif
                case 3:
            #ifdef B
                    g();
            #else
                    h();
            #endif
                    break;
            #if C
                case 4: {
            #else
                case 5: {
            #endif
                    h();
                }
                }
            }
            """
        #expect(labels(text) == [label(4, 5...6), label(9, 11...15)])
    }

    /// Lines 4 and 7 have code; 3 and 6 are labels, 9 of one that is not compiled.
    @Test func aLabelIsExecutedAsOftenAsTheCodeBehindItIsComeTo() {
        let source = SwitchLabels(
            Array(
                """
                int f(int x) {
                switch (x) {
                case 1:
                while (g())
                x++;
                case 2:
                h();
                #if A
                case 3:
                i();
                #endif
                }
                }
                """.utf8))
        func row(_ address: UInt64, _ end: UInt64, _ line: Int32) -> LineTable.Row {
            .init(address: address, end: end, file: 0, line: line, isStatement: true)
        }
        var table = LineTable(
            files: ["/s.c"],
            rows: [
                row(0x1000, 0x1004, 1), row(0x1004, 0x1008, 2), row(0x1008, 0x100A, 4),
                row(0x100A, 0x1010, 5), row(0x1010, 0x1018, 4), row(0x1018, 0x1020, 7),
            ],
            functions: [
                .init(
                    name: "f", linkageName: "f", file: 0, line: 1, entry: 0x1000,
                    ranges: [0x1000..<0x1020])
            ])
        table.labels = [.init(file: 0, line: 12, address: 0x1018)]
        let blocks: [BlockSet.Counted] = [
            .init(offset: 0, size: 8, count: 9), .init(offset: 8, size: 2, count: 3),
            .init(offset: 0x10, size: 8, count: 50), .init(offset: 0xA, size: 14, count: 40),
            .init(offset: 0x18, size: 8, count: 7),
        ]
        func lines(_ switches: [Int32: SwitchLabels], _ unit: BlockSet.CountUnit) -> [Int: Int] {
            var coverage = SourceCoverage()
            coverage.add(
                table,
                covered: AddressRanges(BlockSet(blocks, countUnit: unit), base: 0x1000),
                switches: switches)
            return Dictionary(
                uniqueKeysWithValues: coverage.files[0].lines.map { ($0.line, $0.hits) })
        }
        let all = lines([0: source], .executions)
        #expect(all[3] == 3)
        #expect(all[6] == 7)
        #expect(all[9] == nil)
        #expect(all[12] == 7)
        let without = lines([:], .executions)
        #expect(without[3] == nil)
        #expect(without == all.filter { $0.key != 3 && $0.key != 6 })
        #expect(lines([0: source], .runs)[3] == 3)
        // Of another version of the source.
        table = LineTable(
            files: table.files, rows: table.rows + [row(0x1020, 0x1024, 99)], functions: [])
        #expect(lines([0: source], .executions)[3] == nil)
    }
}
