import ForeignTraces
import Testing
import Trace

/// Binary traces, byte by byte after what their own programs say of them.
@Suite struct BinaryTests {
    // MARK: sancov

    private static let magic64: [UInt8] = [0x64, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBF, 0xC0]

    @Test func sancov() {
        let bytes =
            BinaryTests.magic64 + [
                0xB6, 0xDE, 0x0D, 0, 0, 0, 0, 0, 0xD6, 0xDE, 0x0D, 0, 0, 0, 0, 0,
            ]
        let found = Reading(SancovReader.self, bytes)
        #expect(recognises(SancovReader.self, bytes))
        #expect(found.places == [.at(0xDDEB7, in: 0), .at(0xDDED7, in: 0)])
        #expect(found.recordings.first?.is32Bit == false)
        #expect(found.diagnoses.isEmpty)
    }

    @Test func sancovOf32BitsAndOfTheOtherOrder() {
        let little: [UInt8] =
            [0x32, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBF, 0xC0] + [0x10, 0, 0, 8]
        let big: [UInt8] = Array(BinaryTests.magic64.reversed()) + [0, 0, 0, 0, 8, 0, 0, 0x10]
        for bytes in [little, big] {
            #expect(recognises(SancovReader.self, bytes))
            #expect(Reading(SancovReader.self, bytes).places == [.at(0x0800_0011, in: 0)])
        }
        #expect(Reading(SancovReader.self, little).recordings.first?.is32Bit == true)
    }

    @Test func sancovThatIsCut() {
        let found = Reading(SancovReader.self, BinaryTests.magic64 + [1, 0, 0])
        #expect(found.places.isEmpty)
        #expect(found.diagnoses == [Diagnosis(BinaryTraceDamage.cutShort(3), at: .byte(8))])
    }

    @Test func sancovNames() {
        let names: [(String, String?)] = [
            ("a.out.123.sancov", "a.out"), ("libx.so.1.22.sancov", "libx.so.1"),
            ("a.5.sancov.gz", "a"), ("a.sancov", nil), ("a.x.sancov", nil), (".5.sancov", nil),
            ("-", nil), ("a.5", nil),
        ]
        for (file, module) in names {
            let name = SancovReader.moduleName(ofFile: Array(file.utf8))
            #expect(name.map { String(decoding: $0, as: UTF8.self) } == module)
        }
        let bytes = BinaryTests.magic64 + [1, 0, 0, 0, 0, 0, 0, 0]
        let recordings = Reading(SancovReader.self, bytes).recordings
        let named = SancovReader.completed(recordings, fileName: Array("a.5.sancov".utf8))
        #expect(named.first?.modules.map(\.path) == [Array("a".utf8)])
        let nameless = SancovReader.completed(recordings, fileName: Array("-".utf8))
        #expect(nameless.first?.modules.isEmpty == true)
        #expect(nameless.first?.places?.list == [.at(2)])
    }

    // MARK: GNATcoverage

    private static func head(kind: UInt8, size: UInt8 = 4, big: UInt8 = 0) -> [UInt8] {
        Array("#QEMU-Traces".utf8) + [1, kind, size, big, 0, 20, 0, 0]
    }

    private static func info(_ kind: UInt8, _ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return [kind, 0, 0, 0, UInt8(bytes.count), 0, 0, 0] + bytes
            + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    private static let noInfo: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]

    private func ways(_ found: Reading) -> [UInt8] { found.places.map(\.ways.rawValue) }

    @Test func gnatcoverage() {
        let bytes =
            BinaryTests.head(kind: 2, size: 0) + BinaryTests.info(1, "/opt/app")
            + BinaryTests.noInfo
            + BinaryTests.head(kind: 0)
            + [0x00, 0x10, 0x00, 0x08, 0x0C, 0x00, 0x11, 0]
            + [0x00, 0x10, 0x00, 0x08, 0x0C, 0x00, 0x02, 0]
            + [0x0C, 0x10, 0x00, 0x08, 0x08, 0x00, 0x30, 0]
        let found = Reading(GNATcoverageReader.self, bytes)
        #expect(recognises(GNATcoverageReader.self, bytes))
        #expect(found.names == ["/opt/app"])
        #expect(found.places.map(\.address) == [0x0800_1000, 0x0800_100C])
        #expect(found.places.map(\.size) == [12, 8])
        #expect(ways(found) == [3, 0])
        #expect(found.recordings.first?.is32Bit == true)
        #expect(found.recordings.first?.places?.origin == .ownAddresses)
        #expect(found.diagnoses.isEmpty)
    }

    @Test func gnatcoverageOfTheOtherOrder() {
        let bytes =
            BinaryTests.head(kind: 1, size: 8, big: 1)
            + [0, 0, 0, 0, 0x08, 0, 0x10, 0, 0, 4, 0x12, 0, 0, 0, 0, 0]
        let found = Reading(GNATcoverageReader.self, bytes)
        #expect(found.places.map(\.address) == [0x0800_1000])
        #expect(ways(found) == [2])
        #expect(found.recordings.first?.is32Bit == false)
        #expect(found.names.isEmpty)
    }

    /// What lies in a library while it is loaded counts from where it was loaded.
    @Test func gnatcoveragesLibraries() {
        let bytes =
            BinaryTests.head(kind: 0)
            + [0, 0, 0, 0x40, 2, 0, 0x80, 0] + BinaryTests.info(1, "/opt/libx.so")
            + BinaryTests.info(10, "4096") + BinaryTests.noInfo
            + [0x10, 0, 0, 0x40, 4, 0, 0x10, 0] + [0x10, 0x20, 0, 0x40, 4, 0, 0x10, 0]
            + [0, 0, 0, 0x40, 3, 0, 0x80, 0] + [0x14, 0, 0, 0x40, 4, 0, 0x10, 0]
        let found = Reading(GNATcoverageReader.self, bytes)
        #expect(found.names == ["/opt/libx.so"])
        #expect(
            found.places == [.at(0x10, 4, in: 0), .at(0x4000_0014, 4), .at(0x4000_2010, 4)])
        #expect(found.diagnoses.isEmpty)
    }

    /// A kernel's program counts from where it was loaded; what is below is the kernel.
    @Test func gnatcoveragesKernels() {
        let bytes =
            BinaryTests.head(kind: 2) + BinaryTests.info(1, "app") + BinaryTests.noInfo
            + BinaryTests.head(kind: 0) + [0, 0, 0x10, 0, 1, 0, 0x80, 0]
            + [4, 0, 0x10, 0, 4, 0, 0x10, 0] + [4, 0, 0, 0, 4, 0, 0x10, 0]
        #expect(
            Reading(GNATcoverageReader.self, bytes).places == [.at(4, 4, in: 0), .at(4, 4)])
    }

    @Test func damagedTracesOfGNATcoverage() {
        let entry: [UInt8] = [0, 0x10, 0, 8, 4, 0, 0x10, 0]
        let cut = Reading(
            GNATcoverageReader.self, BinaryTests.head(kind: 0) + entry + [1, 2, 3])
        #expect(cut.places.count == 1)
        #expect(cut.diagnoses == [Diagnosis(BinaryTraceDamage.cutShort(3), at: .byte(28))])
        let unknown = Reading(
            GNATcoverageReader.self,
            BinaryTests.head(kind: 0) + entry + [0, 0, 0, 0, 9, 0, 0x80, 0] + entry)
        #expect(
            unknown.diagnoses == [Diagnosis(BinaryTraceDamage.unknownEntry(9), at: .byte(28))])
        for (bytes, cause, place) in [
            (Array("#QEMU-Traces".utf8), GNATcoverageFault.noHead, 0),
            (BinaryTests.head(kind: 3), .noTrace, 13), (BinaryTests.head(kind: 9), .noTrace, 13),
            (BinaryTests.head(kind: 0, size: 3), .unknownSize, 14),
            (BinaryTests.head(kind: 2) + BinaryTests.info(1, "a"), .noEntries, 32),
            (Array("#QEMU-Traces".utf8) + [2, 0, 4, 0, 0, 0, 0, 0], .unknownVersion, 12),
        ] {
            #expect(
                Reading(GNATcoverageReader.self, bytes).error
                    == ReadError(cause: cause, position: .byte(place)))
        }
    }

    // MARK: Renode

    @Test func renode() {
        // Version 5, addresses of 4 bytes, with bytes of instructions, one set.
        let head = Array("ReTrace".utf8) + [5, 4, 1, 1, 3] + Array("a b".utf8)
        let access: [UInt8] = [1, 3] + [UInt8](repeating: 0, count: 24)
        let bytes =
            head + [0, 0x10, 0, 0, 4, 1, 2, 3, 4] + access + [0] + [4, 0x10, 0, 0, 2, 1, 2, 0]
            + [0, 0x20, 0, 0, 2, 1, 2, 2] + [UInt8](repeating: 7, count: 16) + [0]
            + [0, 0x10, 0, 0, 4, 1, 2, 3, 4, 0] + [4, 0x10, 0, 0, 2, 1, 2, 0]
        let found = Reading(RenodeReader.self, bytes)
        #expect(recognises(RenodeReader.self, bytes))
        #expect(found.places == [.at(0x1000, 6, times: 2), .at(0x2000, 2)])
        #expect(found.recordings.first?.is32Bit == true)
        #expect(found.diagnoses.isEmpty)
    }

    /// Version 2 has a smaller memory access, and says whether there are several sets.
    @Test func renodesOlderVersions() {
        let head = Array("ReTrace".utf8) + [2, 4, 1, 1, 1] + Array("x".utf8)
        let bytes =
            head + [1, 2, 0, 0, 0, 0, 0, 0, 0] + [0, 0x10, 0, 0, 2, 1, 2, 1]
            + [UInt8](repeating: 0, count: 17) + [0] + [2, 0x10, 0, 0, 4, 1, 2, 3, 4, 0]
            + [0, 1, 0, 0, 0, 0, 0, 0, 0] + [0, 0x20, 0, 0, 4, 1, 2, 3, 4, 0]
        #expect(
            Reading(RenodeReader.self, bytes).places == [.at(0x1000, 6), .at(0x2000, 4)])
    }

    @Test func renodeWithoutInstructions() {
        let bytes = Array("ReTrace".utf8) + [5, 8, 0] + [0, 0x10, 0, 0, 0, 0, 0, 0, 0]
        #expect(Reading(RenodeReader.self, bytes).places == [.at(0x1000)])
    }

    /// What registers and atomic instructions say is passed over.
    @Test func renodesAdditions() {
        let head = Array("ReTrace".utf8) + [5, 2, 0]
        let atomic: [UInt8] = [3, 1, 3, 0] + [UInt8](repeating: 0, count: 32)
        let registers: [UInt8] = [4, 1, 2, 2, 0x61, 0x62, 1, 9, 1, 0x63, 2, 9, 9]
        let bytes = head + [1, 0] + atomic + registers + [0] + [2, 0, 0]
        #expect(Reading(RenodeReader.self, bytes).places == [.at(1), .at(2)])
    }

    @Test func damagedTracesOfRenode() {
        let head = Array("ReTrace".utf8) + [5, 4, 0]
        let cut = Reading(RenodeReader.self, head + [0, 0x10, 0, 0, 0, 0, 0x20])
        #expect(cut.places == [.at(0x1000)])
        #expect(cut.diagnoses == [Diagnosis(BinaryTraceDamage.cutShort(2), at: .byte(15))])
        let unknown = Reading(RenodeReader.self, head + [0, 0x10, 0, 0, 9, 0])
        #expect(
            unknown.diagnoses == [Diagnosis(BinaryTraceDamage.unknownEntry(9), at: .byte(14))])
        for (bytes, cause, place) in [
            (Array("ReTrace".utf8), RenodeFault.noHead, 7),
            (Array("ReTrace".utf8) + [9, 4, 0], .unknownVersion, 7),
            (Array("ReTrace".utf8) + [5, 0, 1, 1, 0], .noAddresses, 8),
            (Array("ReTrace".utf8) + [5, 4, 1, 1, 9], .noHead, 11),
        ] {
            #expect(
                Reading(RenodeReader.self, bytes).error
                    == ReadError(cause: cause, position: .byte(place)))
        }
    }

    // MARK: qemu-etrace

    private static func record(_ type: UInt16, _ content: [UInt8]) -> [UInt8] {
        [UInt8(type & 0xFF), UInt8(type >> 8), 0, 0, UInt8(content.count), 0, 0, 0] + content
    }

    private static func etrace(chaining: UInt8 = 0, bits: UInt8 = 32) -> [UInt8] {
        record(0x4554, [chaining, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            + record(5, [40, 0, 0, 0, bits, 0, 62, 0, 0, 0, 64, 0])
    }

    private static let time = [UInt8](repeating: 1, count: 8)

    @Test func etrace() {
        let bytes =
            BinaryTests.etrace()
            + BinaryTests.record(
                1,
                BinaryTests.time + [9, 0, 0, 0, 0, 0x10, 0, 0, 0x0C, 0x10, 0, 0]
                    + [9, 0, 0, 0, 0, 0x10, 0, 0, 0x0C, 0x10, 0, 0])
            + BinaryTests.record(3, BinaryTests.time + [0x61])
            + BinaryTests.record(
                1, BinaryTests.time + [9, 0, 0, 0, 0, 0x20, 0, 0, 0, 0x10, 0, 0])
        let found = Reading(EtraceReader.self, bytes)
        #expect(recognises(EtraceReader.self, bytes))
        #expect(found.places == [.at(0x1000, 12, times: 2), .at(0x2000)])
        #expect(found.recordings.first?.is32Bit == true)
        #expect(found.diagnoses.isEmpty)
    }

    @Test func etraceOf64BitsAndChains() {
        let execution: [UInt8] =
            [9, 0, 0, 0] + [0, 0x10, 0, 0, 1, 0, 0, 0] + [8, 0x10, 0, 0, 1, 0, 0, 0]
        let content = BinaryTests.record(1, BinaryTests.time + execution)
        let whole = Reading(EtraceReader.self, BinaryTests.etrace(bits: 64) + content)
        #expect(whole.places == [.at(0x1_0000_1000, 8)])
        let chained = Reading(
            EtraceReader.self, BinaryTests.etrace(chaining: 1, bits: 64) + content)
        #expect(chained.places == [.at(0x1_0000_1000)])
        #expect(chained.recordings.first?.lacks == [.chained, .modules(1), .sizes(1)])
    }

    @Test func damagedEtraces() {
        let start = BinaryTests.etrace()
        let execution = BinaryTests.record(
            1, BinaryTests.time + [9, 0, 0, 0, 0, 0x10, 0, 0, 0x0C, 0x10, 0, 0])
        let cut = Reading(EtraceReader.self, start + execution + [1, 0, 0, 0, 200, 0, 0, 0])
        #expect(cut.places == [.at(0x1000, 12)])
        #expect(
            cut.diagnoses == [
                Diagnosis(
                    BinaryTraceDamage.cutShort(8), at: .byte(start.count + execution.count))
            ])
        let unknown = Reading(
            EtraceReader.self, start + BinaryTests.record(99, [1]) + execution)
        #expect(unknown.places.count == 1)
        #expect(
            unknown.diagnoses == [
                Diagnosis(EtraceDamage.unknownRecord(99), at: .byte(start.count))
            ])
        #expect(
            Reading(EtraceReader.self, Array(start.prefix(20)) + execution).error
                == ReadError(cause: EtraceFault.noProcessor, position: .byte(20)))
        #expect(!recognises(EtraceReader.self, [0x54, 0x45, 0, 0]))
    }
}
