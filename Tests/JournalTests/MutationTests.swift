import Journal
import Testing
import Trace

/// Journals with bytes changed at random: an error or a recording that is sound in itself, never a trap.
@Suite struct MutationTests {
    /// The same numbers in each run.
    struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    @Test func bytesChanged() {
        var sound = Bytes(modules: [("/bin/a", 0x40_0000), ("/lib/b, c.so", 0x7000_0000)])
        for index in 0..<40 {
            sound.put(
                block: index, address: 0x40_0FC0 + UInt64(index), start: 0xFC0 + UInt64(index),
                size: UInt64(index), module: UInt64(index % 2), pageEnd: UInt64(index % 5 * 60))
        }
        var chance = Chance(state: 3)
        var (errors, dumps) = (0, 0)
        for _ in 0..<3000 {
            var bytes = sound.all
            for _ in 0..<Int.random(in: 1...4, using: &chance) {
                let place =
                    Bool.random(using: &chance)
                    ? Int.random(in: 0..<160, using: &chance)
                    : Bytes.head + Int.random(in: 0..<40 * Bytes.block, using: &chance)
                bytes[place] = UInt8.random(in: 0...255, using: &chance)
            }
            if Int.random(in: 0..<8, using: &chance) == 0 {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &chance))
            }
            do throws(ReadError) {
                let recording = try JournalReader.recording(bytes.span)
                dumps += 1
                #expect(
                    recording.list.allSatisfy {
                        $0.module == Block.noModule || Int($0.module) < recording.modules.count
                    })
                #expect(recording.modules.allSatisfy { $0.start <= $0.end })
            } catch {
                errors += 1
                if case .byte(let place) = error.position { #expect(place <= bytes.count) }
                #expect(error.cause is JournalFault)
            }
        }
        // Otherwise the changes would be too tame or too wild to show anything.
        #expect(errors > 300 && dumps > 300, "\(errors) errors, \(dumps) dumps")
    }
}
