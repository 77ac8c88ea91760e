import Coverage
@testable import CovtoolKit
import DRCov
import MachineCode
import Trace

/// Traces of other programs' formats.
enum ForeignCheck {
    /// Reads the bytes if they are recognised as one, and does with it what is done with traces.
    static func check(_ bytes: Span<UInt8>) -> Bool {
        guard let reader = TraceReaders.reader(of: bytes), reader.format != .drcov else {
            return false
        }
        var diagnoses = 0
        do throws(ReadError) {
            let recordings = try reader.read(bytes) { diagnosis in
                diagnoses += 1
                precondition(isInside(diagnosis.position, bytes), "a position outside the file")
                _ = diagnosis.text
            }
            precondition(diagnoses <= bytes.count, "more diagnoses than bytes")
            for recording in recordings { check(recording, bytes) }
            Layers.check(recordings, [], bytes)
            Layers.check(recordings.map { placed($0, bytes) }, [], bytes)
        } catch {
            precondition(isInside(error.position, bytes), "a position outside the file")
            _ = error.text
        }
        return true
    }

    private static func check(_ recording: Recording, _ bytes: Span<UInt8>) {
        guard let places = recording.places else { preconditionFailure("no places") }
        for (one, next) in zip(places.list, places.list.dropFirst()) {
            precondition(
                (one.module, one.address, one.size) < (next.module, next.address, next.size),
                "places without order, or twice")
        }
        for place in places.list {
            precondition(place.count > 0)
            precondition(
                place.module == Block.noModule || Int(place.module) < recording.modules.count)
        }
        precondition(recording.blocks.count >= places.list.count, "places are lost")
        precondition(recording.counts.map { $0.count == recording.blocks.count } ?? true)
        _ = recording.lacks.map(\.text)
    }

    /// The recording with a file of the input's own bytes as code.
    private static func placed(_ recording: Recording, _ bytes: Span<UInt8>) -> Recording {
        let set = InstructionSet.allCases[bytes.count % InstructionSet.allCases.count]
        let code = Code([
            Code.Section(set, start: 0x40_1000, bytes: bytes.indices.map { bytes[$0] })
        ])
        let file = CodeFile(
            path: "/fuzz", ownBase: 0x40_0000, size: 0x10_0000, entry: 0x1000, code: code,
            functions: [0x40_1000..<0x40_1000 + UInt64(bytes.count)])
        let placed = recording.placed(in: [PlacedFile(file, at: 0x40_0000)]) { name in
            name.count % 2 == 0 ? file : nil
        }
        let all = placed.recording.blocks.count
        precondition(placed.recording.counts.map { $0.count == all } ?? true)
        // Several places can be in one block.
        precondition((all == 0) == (recording.blocks.count == 0), "all places are lost")
        return placed.recording
    }
}
