import ForeignTraces
import Testing
import Trace

/// Lists of module and offset, and of addresses.
@Suite struct ListTests {
    @Test func offsets() {
        let text = """
            ; a comment
            # another
            boombox+3a06
            libstdc++.so.6+0x1F

              boombox+3a06\r
            a b+0
            """
        let found = Reading(ModuleOffsetReader.self, text)
        #expect(recognises(ModuleOffsetReader.self, text))
        #expect(found.names == ["boombox", "libstdc++.so.6", "a b"])
        #expect(
            found.places == [.at(0x3A06, times: 2, in: 0), .at(0x1F, in: 1), .at(0, in: 2)])
        #expect(found.recordings.first?.counts == .list([2, 1, 1]))
        #expect(found.diagnoses.isEmpty)
    }

    @Test func withoutRepetitionNothingIsCounted() {
        let found = Reading(ModuleOffsetReader.self, "a+1\na+2\n")
        #expect(found.recordings.first?.counts == nil)
        #expect(found.recordings.first?.lacks == [.modulesPlaces(1), .sizes(2)])
    }

    @Test func damagedOffsets() {
        let text = "a+1\na+2\nnothing\na+123456789\n+1\na+\na+3\n"
        let found = Reading(ModuleOffsetReader.self, text)
        #expect(found.places.map(\.address) == [1, 2, 3])
        #expect(found.diagnoses == [Diagnosis(ListDamage.notOffsets(4), at: .line(3))])
        #expect(
            Reading(ModuleOffsetReader.self, "\nx\n").error
                == ReadError(cause: ListFault.noOffset, position: .line(2)))
    }

    @Test func addresses() {
        let text = "0x401136\n# c\n401140\n0x401136\n0xFFFFFFFF81000000\n"
        let found = Reading(AddressListReader.self, text)
        #expect(recognises(AddressListReader.self, text))
        #expect(
            found.places == [.at(0x401136, times: 2), .at(0x401140), .at(0xFFFF_FFFF_8100_0000)])
        #expect(found.reaches == [10, .max, .max])
        #expect(
            found.blocks == [
                Block(start: 0x401136, size: 1, module: Block.noModule),
                Block(start: 0x401140, size: 1, module: Block.noModule),
                Block(start: 0x8100_0000, size: 1, module: Block.noModule),
            ])
        #expect(found.recordings.first?.lacks == [.modules(3), .sizes(3)])
    }

    @Test func damagedAddresses() {
        let found = Reading(AddressListReader.self, "0x1\n0x2\n0x\n0x11112222333344445\nx\n")
        #expect(found.places.map(\.address) == [1, 2])
        #expect(found.diagnoses == [Diagnosis(ListDamage.notAddresses(3), at: .line(3))])
        #expect(
            Reading(AddressListReader.self, "").error
                == ReadError(cause: ListFault.noAddress, position: .line(1)))
    }

    /// What is no list stays what it is.
    @Test(arguments: [
        "", "\n\n", "# a comment\n", "hello\n", "1\n2\n3\n", "20261128\n", "123456\n", "A\nAA\n",
        "int main(void) { return a+b; }\n", "+1\n", "a+g\n", "diff --git a/x b/x\n+++ b/x\n+1\n",
        "DRCOV VERSION: 2\n", "a+1\nx\ny\nz\n", "0x1 0x2\n", "\u{0}a+1\n",
        "0x1\nnothing\nnothing\n", "TN:\nSF:/a.c\nDA:1,1\n", "{\"a\": 1}\n", "#!/bin/sh\nexit 0\n",
        "1+1=2\n", "----------------\n", "Trace of a run\n", "IN: stock\n", "a\nb+1\n",
    ])
    func strangers(_ text: String) {
        #expect(!recognises(ModuleOffsetReader.self, text))
        #expect(!recognises(AddressListReader.self, text))
        #expect(!recognises(QEMULogReader.self, text))
    }

    /// A long list is known by its first lines, wherever the last of them is cut.
    @Test func longLists() {
        let text = (0..<3000).map { "some/module+\(String($0, radix: 16))\n" }.joined()
        let bytes = Array(text.utf8)
        for count in [17, 40, 4090, 4096, 4097, 5000, bytes.count] {
            #expect(recognises(ModuleOffsetReader.self, Array(bytes[..<count])))
        }
        #expect(Reading(ModuleOffsetReader.self, bytes).places.count == 3000)
    }
}
