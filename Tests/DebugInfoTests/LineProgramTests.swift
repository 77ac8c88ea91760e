import Coverage
import DebugInfo
import Foundation
import Testing

/// Rows of real compilers' files, beside libdw's own reading of them.
struct LineProgramTests {
    private static let demo = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/guests/demo").standardized

    private static let forms = [
        "gcc -gdwarf-2", "gcc -gdwarf-4 -gno-as-loc-support", "gcc -gdwarf64 -gdwarf-3",
        "gcc -gdwarf64 -gdwarf-5", "gcc -g -gz -O2 -ffunction-sections -Wl,--gc-sections",
        "s390x-linux-gnu-gcc -g -O2", "arm-linux-gnueabihf-gcc -gdwarf-4 -O2",
        "riscv64-linux-gnu-gcc -g",
    ]

    @Test("Rows are those that libdw reads", arguments: forms)
    func rows(form: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "covtool-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let elf = folder.appending(path: "guest").path
        try LineProgramTests.build(form.split(separator: " ").map(String.init), to: elf)
        try LineProgramTests.compare(elf)
    }

    @Test("Rows of a program of many languages and units are those that libdw reads")
    func ownRows() throws { try LineProgramTests.compare("/proc/self/exe") }

    /// `COVTOOL_ELF_FILES=FILE:FILE… swift test --filter LineProgramTests` compares these as well.
    @Test("Rows of files that are named are those that libdw reads")
    func namedFiles() throws {
        let names = ProcessInfo.processInfo.environment["COVTOOL_ELF_FILES"] ?? ""
        for name in names.split(separator: ":") { try LineProgramTests.compare(String(name)) }
    }

    private static func compare(_ elf: String) throws {
        // Reports leave out rows of code that nobody wrote.
        let table = try Binary(path: elf).lineTable([.functions, .verbatim])
        let ours = table.rows.map { row in
            NamedRow(
                address: row.address, end: row.end, path: table.files[Int(row.file)],
                line: row.line, isStatement: row.isStatement)
        }
        let theirs = LibdwRows(elf)
        func comparable(_ rows: [NamedRow]) -> [NamedRow] {
            rows.filter {
                $0.address >= theirs.lowest && ($0.isStatement || !theirs.ends.contains($0.address))
            }
            .sorted {
                ($0.address, $0.end, $0.path, $0.line, $0.isStatement ? 1 : 0)
                    < ($1.address, $1.end, $1.path, $1.line, $1.isStatement ? 1 : 0)
            }
        }
        let (one, other) = (comparable(ours), comparable(theirs.rows))
        #expect(other.count > 500)
        #expect(one.count == other.count)
        for (row, truth) in zip(one, other) { try #require(row == truth) }
        #expect(zip(table.rows, table.rows.dropFirst()).allSatisfy { $0.address <= $1.address })
    }

    private static func build(_ command: [String], to elf: String) throws {
        let sources = [
            "functions.c", "objects.c", "tokens.c", "parser.cpp", "value.cpp", "main.cpp",
        ]
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.currentDirectoryURL = demo
        process.arguments =
            command + ["-DLINKED_IN", "-o", elf] + sources + ["-lstdc++", "-lm", "-ldl"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
