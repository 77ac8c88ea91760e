import ForeignTraces
import Testing
import Trace

/// What a reader makes of bytes.
struct Reading {
    var recordings: [Recording] = []
    var diagnoses: [Diagnosis] = []
    var error: ReadError?

    init<Reader: TraceReader>(_ reader: Reader.Type, _ bytes: [UInt8]) {
        var found: [Diagnosis] = []
        do throws(ReadError) {
            recordings = try Reader.read(bytes.span) { found.append($0) }
        } catch {
            self.error = error
        }
        diagnoses = found
    }

    init<Reader: TraceReader>(_ reader: Reader.Type, _ text: String) {
        self.init(reader, Array(text.utf8))
    }

    /// The places of the only recording, without their reach.
    var places: [ExecutedPlace] {
        (recordings.count == 1 ? recordings[0].places?.list ?? [] : []).map { place in
            var place = place
            place.reach = .max
            return place
        }
    }

    /// How far it is from each to the nearest one behind it that was executed right after it.
    var reaches: [UInt32] { recordings.first?.places?.list.map(\.reach) ?? [] }

    /// Its blocks.
    var blocks: [Block] {
        let nothing: [UInt8] = []
        return recordings.first?.blockList(in: nothing.span) ?? []
    }

    /// The names of its modules.
    var names: [String] {
        recordings.first?.modules.map { String(decoding: $0.path, as: UTF8.self) } ?? []
    }
}

func recognises<Reader: TraceReader>(_ reader: Reader.Type, _ text: String) -> Bool {
    Reader.recognises(Array(text.utf8).span)
}

func recognises<Reader: TraceReader>(_ reader: Reader.Type, _ bytes: [UInt8]) -> Bool {
    Reader.recognises(bytes.span)
}

extension ExecutedPlace {
    /// A place in the short form of the tests.
    static func at(
        _ address: UInt64, _ size: UInt32 = 0, times count: UInt32 = 1,
        in module: UInt16 = Block.noModule
    ) -> ExecutedPlace { ExecutedPlace(address: address, size: size, count: count, module: module) }
}
