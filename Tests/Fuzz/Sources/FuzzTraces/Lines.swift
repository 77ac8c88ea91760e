import Coverage
import MachineCode
import Reports

/// Reports and symbols of modules whose line tables are made up.
enum Lines {
    private static let bases: [UInt64] = [
        0, 0x400000, 0x5555_5555_4000, 0xFFFF_FFFF_8100_0000, .max - 0xFFF, .max,
    ]
    private static let lines: [Int32] = [1, 2, 3, 7, 8, 9, 100, .max]

    static func check(_ profile: Profile, _ bytes: Span<UInt8>, _ choice: inout Choice) {
        var coverage = SourceCoverage(hasFunctionEnds: choice.number(below: 2) == 0)
        for module in profile.modules.prefix(4) {
            let base = choice.of(bases)
            let table = table(of: module, base, bytes, &choice)
            let covered = AddressRanges(module.blocks, base: base)
            precondition(
                zip(covered.ranges, covered.ranges.dropFirst())
                    .allSatisfy { $0.upperBound <= $1.lowerBound })
            coverage.add(table, covered: covered)
            Outputs.write(module, Locator(table), base: base, choice.number(below: 2) == 0)
        }
        var files = coverage.files
        for index in files.indices {
            let last = files[index].lineCount
            precondition(last.hit <= last.found && last.found == files[index].lines.count)
            _ = files[index].leaveOut(ExclusionMarkers(bytes))
        }
        Outputs.write(files, profile, bytes, &choice)
        let changed = coverage.files
        Outputs.write(SourceDifference.between(files, changed), profile)
    }

    /// Rows, functions and calls at and around some of the module's blocks.
    private static func table(
        of module: ModuleCoverage, _ base: UInt64, _ bytes: Span<UInt8>, _ choice: inout Choice
    ) -> LineTable {
        let files = ["/src/a.c", "b.c", "/src/sub/c.h"]
        var rows: [LineTable.Row] = []
        var functions: [LineTable.Function] = []
        var inlined: [LineTable.InlinedFunction] = []
        var calls: [LineTable.InlinedCall] = []
        for block in module.blocks.elements.prefix(24) {
            let start = base &+ block.offset &+ UInt64(choice.number(below: 4))
            let (end, isOver) = start.addingReportingOverflow(
                choice.of([1, 2, 5, 16, 0x1_0000, .max - start]))
            guard !isOver, end > start else { continue }
            let file = Int32(choice.number(below: files.count))
            let line = choice.of(lines)
            rows.append(
                LineTable.Row(
                    address: start, end: end, file: file, line: line,
                    isStatement: choice.number(below: 3) > 0))
            switch choice.number(below: 4) {
            case 0:
                functions.append(
                    LineTable.Function(
                        name: "f\(line)", linkageName: "_f\(functions.count % 3)",
                        file: choice.number(below: 5) == 0 ? nil : file, line: line, entry: start,
                        ranges: [start..<end]))
            case 1:
                inlined.append(
                    LineTable.InlinedFunction(
                        name: "i\(line)", linkageName: "_i", file: file, line: line))
                calls.append(
                    LineTable.InlinedCall(
                        function: Int32(inlined.count - 1),
                        parent: calls.isEmpty ? nil : Int32(calls.count - 1), file: file,
                        line: line, entry: start, ranges: [start..<end]))
            default: break
            }
        }
        var table = LineTable(
            files: files, rows: rows, functions: functions, inlinedFunctions: inlined,
            inlinedCalls: calls)
        if let first = module.blocks.elements.first(where: { _ in true }) {
            table.code = Code([
                Code.Section(
                    choice.of(InstructionSet.allCases), start: base &+ first.offset,
                    bytes: bytes.indices.map { bytes[$0] })
            ])
        }
        return table
    }
}
