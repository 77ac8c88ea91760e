import Testing

@testable import CovtoolKit

#if canImport(Glibc)
    import Glibc
#endif

/// The bytes of files, stored, compressed, damaged, or without end.
@Suite struct FileBytesTests {
    private let folder = TemporaryFolder()
    private let text = Array("one after the other\n".utf8)

    private func read(_ bytes: [UInt8], _ buffer: ReadBuffer? = nil) throws -> (
        bytes: [UInt8], damage: Int?, isCompressed: Bool
    ) {
        let file = try FileBytes(path: folder.write(bytes, to: "file"), buffer: buffer)
        return (
            file.withBytes { span in span.indices.map { span[$0] } }, file.compressionDamage,
            file.isCompressed
        )
    }

    @Test func storedBytesAreTheFiles() throws {
        let buffer = ReadBuffer()
        for bytes in [text, [], text + text, [0x1F], [0x1F, 0x8B, 8, 0]] where bytes.count != 4 {
            for buffer in [nil, buffer] {
                let file = try read(bytes, buffer)
                #expect(file.bytes == bytes && file.damage == nil && !file.isCompressed)
            }
        }
    }

    /// A buffer that has held more than a file gives that file's bytes alone.
    @Test func aBufferForgets() throws {
        let buffer = ReadBuffer()
        let long = [UInt8](repeating: 7, count: 100_000)
        #expect(try read(long, buffer).bytes == long)
        #expect(try read(text, buffer).bytes == text)
    }

    @Test func membersFollowEachOther() throws {
        let file = try read(
            Gzip.member(text) + Gzip.member([]) + Gzip.member(text, name: "file.drcov"))
        #expect(file.bytes == text + text && file.damage == nil && file.isCompressed)
        // Padding, as tapes and some writers leave it.
        #expect(try read(Gzip.member(text) + [0, 0, 0]).damage == nil)
    }

    @Test func largeFilesAreInflated() throws {
        let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try read(Gzip.member(large)).bytes == large)
    }

    @Test func whatIsBeforeDamageIsThere() throws {
        let member = Gzip.member(text)
        // Cut within the data, within the checksum, and before the last byte.
        for cut in [20, member.count - 6, member.count - 1] {
            let file = try read(member + member[..<cut])
            #expect(file.bytes.starts(with: text))
            #expect(try #require(file.damage) >= member.count)
            #expect(try #require(file.damage) <= member.count + cut)
        }
        // Another member was to follow.
        let file = try read(member + Array("rest".utf8))
        #expect(file.bytes == text && file.damage == member.count)
    }

    @Test func wrongChecksumIsDamage() throws {
        var member = Gzip.member(text)
        member[member.count - 8] ^= 1
        #expect(try read(member).damage != nil)
    }

    @Test func unpackingHasALimit() throws {
        let member = Gzip.member(text)
        let two = member + member
        #expect(GzipReader.inflate(two.span, most: 2 * text.count)?.bytes == text + text)
        // Of all members together.
        #expect(GzipReader.inflate(two.span, most: 2 * text.count - 1) == nil)
        #expect(GzipReader.inflate(member.span, most: text.count - 1) == nil)
    }

    /// A device without end is read no further than is needed to refuse it.
    @Test func unwantedIsNotReadToItsEnd() throws {
        let file = try FileBytes(path: "/dev/zero") { $0[0] != 0 }
        #expect(file.withBytes { $0.count } <= 1 << 16)
        let most = 1 << 20
        let failure = failure { () throws(Failure) in
            _ = try FileBytes.text(at: "/dev/zero", most: most)
        }
        #expect(failure?.status == .badData)
        #expect(failure?.message == "/dev/zero: has more than 1 MiB")
    }

    @Test func missingFilesAreNamed() {
        for (path, number) in [(folder["none"], ENOENT), (folder.path, EISDIR), ("", ENOENT)] {
            let failure = failure { () throws(Failure) in _ = try FileBytes(path: path) }
            #expect(failure?.status == .missingInput)
            let name = path.isEmpty ? "''" : path
            #expect(
                failure?.message == "\(name): cannot be read: \(Failure.text(ofError: number))")
        }
    }
}
