import Coverage
import Testing

@testable import CovtoolKit

/// What names and values on the command line, and in folders, stand for.
@Suite struct NameTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        // Docs/recorder.md: NAME.PID.journal, and NAME.PID.N.journal if that is taken.
        ("run.drcov.1234.journal", "run.drcov"), ("/a.1234/run.1234.journal", "/a.1234/run"),
        ("run.drcov.1234.1.journal", "run.drcov"), ("run.drcov.99.journal", "run.drcov.99"),
        ("run.1234.drcov.1234.journal", "run.1234.drcov"),
        // Renamed by somebody: the trace is not to take the journal's place.
        ("saved", "saved.drcov"), ("1234.journal", "1234"),
        ("run.drcov", "run.drcov.drcov"), (".journal", ".journal.drcov"),
    ])
    func journalsNameTheirTrace(_ journal: String, _ trace: String) {
        #expect(JournalName(journal, process: 1234).trace == trace)
    }

    @Test func tracesOfJournalsFindAFreeName() {
        let name = JournalName("/tmp/run.old.drcov.7.journal", process: 7)
        #expect(
            (0..<4).map(name.candidate) == [
                "/tmp/run.old.drcov", "/tmp/run.old.7.drcov", "/tmp/run.old.7.1.drcov",
                "/tmp/run.old.7.2.drcov",
            ])
        // What begins with a dot has no extension for it.
        #expect(JournalName(".run.7.journal", process: 7).candidate(1) == ".run.7")
        #expect(JournalName("run.7.journal", process: 7).candidate(1) == "run.7")
    }

    @Test func journalsNameTheirProcess() {
        #expect(JournalName.process("/tmp/run.drcov.1234.journal") == 1234)
        #expect(JournalName.process("run.drcov.journal") == nil)
        #expect(JournalName.process("run.drcov.4294967296.journal") == nil)
    }

    @Test func longRunsOfNamesBecomeOneArgument() throws {
        let names = (0..<100).map { "run \($0).drcov" }
        let joined = NameList.joiningRuns(in: ["merge"] + names + ["-o", "out", "-", "last"])
        try #require(joined.count == 5)
        #expect(joined[0] == "merge" && joined[2...3] == ["-o", "out"])
        #expect(NameList(argument: joined[1]).names == names)
        // The first of a run may be an option's value.
        #expect(NameList(argument: joined[4]).names == ["-", "last"])
        let all = NameList.joiningRuns(in: ["merge", "--"] + names + ["-o"])
        try #require(all.count == 3)
        #expect(NameList(argument: all[2]).names == names + ["-o"])
        // Few names take no time, and stay as they are.
        let few = ["merge", "a", "b", "c", "-o", "out"]
        #expect(NameList.joiningRuns(in: few) == few)
    }

    @Test func elfFilesCanHaveABase() {
        func parts(_ text: String) -> [String] {
            let named = NamedElf(argument: text)
            return [named.path] + (named.base.map { [String($0, radix: 16)] } ?? [])
        }
        #expect(parts("a.out") == ["a.out"])
        #expect(parts("a.out@0x8000000") == ["a.out", "8000000"])
        #expect(parts("a@b@4096") == ["a@b", "1000"])
        #expect(parts("a.out@0xffffffffffffffff") == ["a.out", "ffffffffffffffff"])
        for text in ["a.out@", "@0x10", "a.out@main", "a.out@0x1ffffffffffffffff", "a.out@-1"] {
            #expect(parts(text) == [text])
        }
        let own = folder.write("", to: "a.out@16")
        #expect(parts(own) == [own])
    }

    @Test func addressesAreHexadecimal() {
        #expect(AddressText.address("0x401000") == 0x40_1000)
        #expect(AddressText.address("0XfF") == 255)
        #expect(AddressText.address("401000") == nil)
        #expect(AddressText.address("401000", isBare: true) == 0x40_1000)
        for text in ["", "0x", "0x1g", "0x10000000000000000", "-0x1", "0x 1"] {
            #expect(AddressText.address(text, isBare: true) == nil, "\(text)")
        }
        #expect(AddressText.isList(Array(" \n0x1\n".utf8)))
        #expect(!AddressText.isList(Array("DRCOV".utf8)) && !AddressText.isList([]))
    }

    @Test func pairsHaveOneComma() throws {
        let pair = try PathMapping(pair: "/build,/src")
        #expect(pair.from == "/build" && pair.to == "/src")
        for text in ["", "/build", ",/src", "/build,", "a,b,c"] {
            #expect(throws: InvalidValue.self) { try PathMapping(pair: text) }
        }
    }

    @Test func expressionsAreExtendedPOSIX() throws {
        let expression = try RegularExpression("^/usr/(include|lib)/.*\\.h$")
        #expect(expression.matches("/usr/include/stdio.h"))
        #expect(!expression.matches("/home/usr/include/stdio.h"))
        #expect(throws: InvalidValue.self) { try RegularExpression("a(b") }
    }

    @Test func slipsOfThePenAreGuessed() {
        let words = ["--strict", "--sysroot", "--source-root", "--elf"]
        for (slip, word) in [
            ("--strcit", "--strict"), ("--sysrot", "--sysroot"), ("--source", "--source-root"),
        ] {
            #expect(Nearest.question(slip, among: words) == ": did you mean '\(word)'?")
        }
        #expect(Nearest.question("--nothing-like-it", among: words).isEmpty)
    }
}
