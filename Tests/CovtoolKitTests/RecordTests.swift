import Testing

@testable import CovtoolKit

/// What a log's records are made of.
struct RecordTests {
    @Test func fieldsComeBack() {
        var fields = RecordBytes()
        fields.append(-5)
        fields.append(UInt32(7))
        fields.append(UInt128(1) << 100 | 3)
        fields.append("text, with ä")
        fields.append([UInt8]())
        var read = RecordBytes(fields.bytes)
        #expect(read.number() == -5)
        #expect(read.number(UInt32.self) == 7)
        #expect(read.number(UInt128.self) == UInt128(1) << 100 | 3)
        #expect(read.text() == "text, with ä")
        #expect(read.field() == [])
        #expect(read.number() == nil && read.field() == nil)
        // A length that is more than there is.
        var cut = RecordBytes(Array(fields.bytes.dropLast(12)))
        _ = (cut.number(), cut.number(UInt32.self), cut.number(UInt128.self))
        #expect(cut.field() == nil)
    }

    /// The check value that every description of this CRC gives.
    @Test func checksumIsCRC32() {
        #expect(Checksum.of(Array("123456789".utf8).span) == 0xCBF4_3926)
    }

    @Test(arguments: [0, 1, 100, 70_000])
    func streamsComeBack(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
        let other = Array(bytes.reversed().suffix(Deflated.longestDictionary))
        let plain = Deflated.bytes(of: bytes)
        let likened = Deflated.bytes(of: bytes, dictionary: other)
        #expect(Deflated.inflate(plain, count: count) == bytes)
        #expect(Deflated.inflate(likened, count: count, dictionary: other) == bytes)
        // Not what was asked for.
        #expect(Deflated.inflate(plain, count: count + 1) == nil)
        #expect(Deflated.inflate(Array(plain.dropLast(5)), count: count) == nil)
        if !other.isEmpty {
            #expect(Deflated.inflate(likened, count: count) == nil)
            #expect(Deflated.inflate(likened, count: count, dictionary: [1, 2, 3]) == nil)
        }
    }

    @Test func whatIsLikeAnotherIsSmall() {
        var state: UInt32 = 1
        let bytes = (0..<20_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        #expect(Deflated.bytes(of: bytes).count > 19_000)
        #expect(Deflated.bytes(of: bytes, dictionary: bytes).count < 1000)
    }
}
