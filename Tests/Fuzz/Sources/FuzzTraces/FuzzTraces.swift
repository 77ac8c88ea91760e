import DRCov
import Journal
import Trace

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
    if JournalReader.recognises(unsafe bytes.span) {
        unsafe PackedJournal.withJournal(bytes.span, checkJournal)
    } else if unsafe !ForeignCheck.check(bytes.span) {
        unsafe check(bytes.span)
    }
    return 0
}

/// Reads a journal, and does with it what is done with traces.
private func checkJournal(_ bytes: Span<UInt8>) {
    let messages = JournalReader.messages(bytes)
    precondition(messages.reduce(0) { $0 + $1.count } < bytes.count)
    precondition(JournalReader.usedSize(bytes).map { $0 <= bytes.count } ?? true)
    let recording: Recording
    do throws(ReadError) {
        recording = try JournalReader.recording(bytes)
    } catch {
        _ = error.text
        return
    }
    for row in recording.modules {
        precondition(row.start <= row.end, "a row that ends before it starts")
    }
    let highest = recording.blockList(in: bytes).lazy.map(\.module).filter { $0 != Block.noModule }
        .max()
    precondition(highest.map { Int($0) < recording.modules.count } ?? true, "a block of no row")
    precondition(recording.counts.map { $0.count == recording.blocks.count } ?? true)
    // A path of nearly a megabyte takes a time in proportion, which is seconds with the sanitizer.
    guard recording.modules.allSatisfy({ $0.path.count <= 1 << 16 }) else { return }
    Layers.check([recording], [], bytes)
}

/// Reads the bytes and holds what is read against what the reader promises.
private func check(_ bytes: Span<UInt8>) {
    var diagnoses = 0
    let dumps: [Dump]
    do throws(ReadError) {
        dumps = try DRCovReader.dumps(bytes) { diagnosis in
            diagnoses += 1
            precondition(isInside(diagnosis.position, bytes), "a position outside the file")
        }
    } catch {
        precondition(isInside(error.position, bytes), "a position outside the file")
        return TracefileCheck.check(bytes)
    }
    // Each takes a line, or a few bytes, to be written.
    precondition(diagnoses <= bytes.count + 8 * dumps.count, "more diagnoses than bytes")
    var end = 0
    for dump in dumps {
        precondition(dump.extent.lowerBound >= end, "dumps overlap")
        end = dump.extent.upperBound
        precondition(end <= bytes.count, "a dump outside the file")
        check(dump, bytes)
    }
    Layers.check(dumps.map(\.recording), dumps, bytes)
}

private func check(_ dump: Dump, _ bytes: Span<UInt8>) {
    let recording = dump.recording
    var ids = Set<Int>()
    for row in recording.modules {
        precondition(ids.insert(row.id).inserted, "two rows of one id")
        precondition(row.start <= row.end, "a row that ends before it starts")
    }
    for row in recording.modules {
        precondition(ids.contains(row.containingID), "a containing row that is not there")
    }
    precondition(dump.blockExtent.upperBound <= bytes.count)
    switch recording.blocks {
    case .packed(let range):
        precondition(range == dump.blockExtent && range.count % 8 == 0)
    case .stored: precondition(dump.blockForm == .text)
    case .list: preconditionFailure("a file's blocks stand in the file")
    }
    var found = 0
    recording.forEachBlock(in: bytes) { _, _ in found += 1 }
    precondition(found == recording.blocks.count, "another number of blocks than counted")
    if case .binary(let range) = recording.counts {
        precondition(range.count % 4 == 0 && range.upperBound <= bytes.count)
    }
}

func isInside(_ position: FilePosition, _ bytes: Span<UInt8>) -> Bool {
    switch position {
    case .line(let line): (1...bytes.count + 1).contains(line)
    case .byte(let offset): (0...bytes.count).contains(offset)
    }
}
