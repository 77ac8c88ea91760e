import ForeignTraces
import Testing
import Trace

/// perf's branch stacks, in the forms that perf-script(1) describes.
@Suite struct BranchStackTests {
    @Test func executedBetweenBranches() {
        // The newest first: 0x1100 was entered last, from 0x1050, where 0x1010 led on to from 0x2000.
        let text = "  0x1050/0x1100/P/-/-/3  0x2000/0x1010/M/-/-/1 \n"
        let found = Reading(BranchStackReader.self, text)
        #expect(recognises(BranchStackReader.self, text))
        #expect(found.places == [.at(0x1010, 0x40), .at(0x1050), .at(0x1100, 1), .at(0x2000)])
        #expect(found.recordings.first?.lacks == [.samples, .modules(4), .sizes(2)])
        #expect(found.recordings.first?.counts == nil)
    }

    /// With other fields, and files behind addresses.
    @Test func otherFields() {
        let text = """
            a.out 12 [001] 5.1: 10 cycles:u: 401136 main+0x10 (/a.out) 0x401140(/a.out)/0x401136(/a.out)/P/-/-/2
            a.out 12 [001] 5.2: 10 cycles:u: 401136 main+0x10 (/a.out) 0x401140/0x401138/-/-/-/0/COND/-
            """
        let found = Reading(BranchStackReader.self, text)
        #expect(recognises(BranchStackReader.self, text))
        #expect(found.places == [.at(0x401136, 1), .at(0x401138, 1), .at(0x401140)])
    }

    /// Branches that cannot follow one another have nothing between them.
    @Test func gaps() {
        let found = Reading(BranchStackReader.self, "0x1000/0x9/P/-/-/0 0x5/0x1004/P/-/-/0\n")
        #expect(found.places == [.at(0x5), .at(0x9, 1), .at(0x1000)])
        let far = Reading(BranchStackReader.self, "0x90000/0x9/P/-/-/0 0x5/0x1000/P/-/-/0\n")
        #expect(far.places == [.at(0x5), .at(0x9, 1), .at(0x90000)])
    }

    @Test func damage() {
        let found = Reading(BranchStackReader.self, "0x1/0x2/P/-/-/0\n0x1/0x\n0x5/0x6/P/-/-/0\n")
        #expect(
            found.diagnoses == [Diagnosis(BranchStackDamage.noBranch(1), at: .line(2))])
        #expect(Reading(BranchStackReader.self, "x\n").error != nil)
        for text in ["0x1/0x2\n", "/usr/bin/a\n", "0x1/0x2/Q\n", "1/2/P\n"] {
            #expect(!recognises(BranchStackReader.self, text))
        }
    }
}
