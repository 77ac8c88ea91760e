import ForeignTraces
import Testing
import Trace

/// QEMU's logs, put together by hand from what `accel/tcg/cpu-exec.c` and `translator.c` print.
@Suite struct QEMULogTests {
    private static let first = """
        ----------------
        IN: _start
        0x00401000:  31 ed                    xorl     %ebp, %ebp
        0x00401002:  48 b8 11 22 33 44 55 66  movabsq  $0x1122334455667788, %rax
        0x0040100a:  77 88
        0x0040100c:  eb f2                    jmp      0x401000


        """
    private static let aarch64 = """
        ----------------
        IN:
        0x0000000000400000:  d2800000  movz     x0, #0
        0x0000000000400004:  d65f03c0  ret


        """

    private static func trace(
        _ host: String, _ address: String, thread: Int = 0, flags: String = "00000200"
    ) -> String { "Trace \(thread): 0x\(host) [0000000000000000/\(address)/0040c0b3/\(flags)] f\n" }

    @Test func sizesComeFromTranslations() {
        let text =
            QEMULogTests.first + QEMULogTests.trace("7f00", "0000000000401000")
            + QEMULogTests.trace("7f00", "0000000000401000") + QEMULogTests.aarch64
            + QEMULogTests.trace("7f10", "0000000000400000")
        let found = Reading(QEMULogReader.self, text)
        #expect(recognises(QEMULogReader.self, text))
        #expect(found.places == [.at(0x400000, 8), .at(0x401000, 14, times: 2)])
        #expect(found.recordings.first?.lacks == [.modules(2)])
        #expect(found.diagnoses.isEmpty)
    }

    @Test func bytesWithoutADisassembler() {
        let text =
            "----------------\nIN: f\n0x00001000:  \nOBJD-T: 0102030405060708090a\n\n"
            + QEMULogTests.trace("1", "1000")
        #expect(Reading(QEMULogReader.self, text).places == [.at(0x1000, 10)])
    }

    /// The host's code, and QEMU's own, are none of the guest's.
    @Test func otherCode() {
        let text =
            "PROLOGUE: [size=45]\n0x7f0000000000:  55  pushq %rbp\n\n" + QEMULogTests.first
            + "OP:\n ld_i32 loc0,env,$0xfffffffffffffff0\n\nOUT: [size=80]\n"
            + "0x7f0000000100:  8b 5d f0  movl -0x10(%rbp), %ebx\n\n"
            + QEMULogTests.trace("7f00", "401000")
        let found = Reading(QEMULogReader.self, text)
        #expect(recognises(QEMULogReader.self, text))
        #expect(found.places == [.at(0x401000, 14)])
    }

    @Test func startsAlone() {
        let text = QEMULogTests.trace("1", "1000") + QEMULogTests.trace("2", "2000")
        let found = Reading(QEMULogReader.self, text)
        #expect(found.places == [.at(0x1000), .at(0x2000)])
        #expect(found.recordings.first?.places?.ending == .branch)
        #expect(found.recordings.first?.lacks == [.modules(2), .sizes(2)])
    }

    @Test func translationsAlone() {
        let found = Reading(QEMULogReader.self, QEMULogTests.first + QEMULogTests.aarch64)
        #expect(found.places == [.at(0x400000, 8), .at(0x401000, 14)])
        #expect(found.recordings.first?.lacks == [.executions, .modules(2)])
    }

    /// A block that is translated again can have another size; its code is elsewhere in the host.
    @Test func translatedAgain() {
        let short = "----------------\nIN: \n0x00401000:  31 ed  xorl %ebp, %ebp\n\n"
        let text =
            QEMULogTests.first + QEMULogTests.trace("1", "401000") + short
            + QEMULogTests.trace("2", "401000") + QEMULogTests.trace("1", "401000")
        #expect(
            Reading(QEMULogReader.self, text).places
                == [.at(0x401000, 2), .at(0x401000, 14, times: 2)])
    }

    /// What was given up before its first instruction was not executed; threads alternate.
    @Test func takenBack() {
        let text =
            QEMULogTests.trace("1", "1000") + QEMULogTests.trace("2", "2000", thread: 1)
            + "Stopped execution of TB chain before 0x1 [0000000000001000] f\n"
            + QEMULogTests.trace("3", "3000", thread: 1)
        #expect(Reading(QEMULogReader.self, text).places == [.at(0x2000), .at(0x3000)])
    }

    /// The second run of an instruction that accesses a device is no block.
    @Test func repetitions() {
        let text =
            QEMULogTests.trace("1", "1000")
            + QEMULogTests.trace("2", "1004", flags: "00011001")
        #expect(Reading(QEMULogReader.self, text).places == [.at(0x1000)])
    }

    /// Blocks that lead to one another without a word in the log are not counted.
    @Test func chained() {
        let text =
            QEMULogTests.trace("1", "1000") + "Linking TBs 0x1 index 0 -> 0x2\n"
            + QEMULogTests.trace("1", "1000") + QEMULogTests.trace("2", "2000")
        let found = Reading(QEMULogReader.self, text)
        #expect(found.places == [.at(0x1000), .at(0x2000)])
        #expect(found.recordings.first?.counts == nil)
    }

    /// Three fields, as before QEMU 7.
    @Test func olderForm() {
        let text = "Trace 0: 0x55d8 [0000000000000000/0000000000401000/0x40c0b3] main\n"
        #expect(recognises(QEMULogReader.self, text))
        #expect(Reading(QEMULogReader.self, text).places == [.at(0x401000)])
    }

    @Test func damage() {
        let text =
            QEMULogTests.trace("1", "1000") + "Trace 0: 0x12 [00\n" + "Trace x\n"
            + QEMULogTests.trace("2", "2000")
        let found = Reading(QEMULogReader.self, text)
        #expect(found.places == [.at(0x1000), .at(0x2000)])
        #expect(found.diagnoses == [Diagnosis(QEMULogDamage.badLines(2), at: .line(2))])
        #expect(
            Reading(QEMULogReader.self, "----------------\nIN: f\n").error?.cause as? QEMULogFault
                == .nothing)
    }
}
