import DRCov
import Journal

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
    if JournalReader.isJournal(unsafe bytes.span) {
        unsafe PackedJournal.withJournal(bytes.span, checkJournal)
    } else {
        unsafe check(bytes.span)
    }
    return 0
}

/// Reads a journal, and does with it what is done with traces.
private func checkJournal(_ bytes: Span<UInt8>) {
    let messages = JournalReader.messages(bytes)
    precondition(messages.reduce(0) { $0 + $1.count } < bytes.count)
    precondition(JournalReader.usedSize(bytes).map { $0 <= bytes.count } ?? true)
    let dump: Dump
    do throws(JournalError) {
        dump = try JournalReader.read(bytes)
    } catch {
        _ = error.text
        return
    }
    for row in dump.modules {
        precondition(row.start <= row.end, "a row that ends before it starts")
    }
    let highest = dump.blockList(in: bytes).lazy.map(\.module).filter { $0 != Block.noModule }.max()
    precondition(highest.map { Int($0) < dump.modules.count } ?? true, "a block of no row")
    precondition(dump.counts.map { $0.count == dump.blocks.count } ?? true)
    Layers.check([dump], bytes)
}

/// Reads the bytes and holds what is read against what the reader promises.
private func check(_ bytes: Span<UInt8>) {
    var diagnoses = 0
    let dumps: [Dump]
    do throws(ReadError) {
        dumps = try Reader.read(bytes) { diagnosis in
            diagnoses += 1
            precondition(isInside(diagnosis.place, bytes), "a place outside the file")
        }
    } catch {
        return precondition(isInside(error.place, bytes), "a place outside the file")
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
    Layers.check(dumps, bytes)
}

private func check(_ dump: Dump, _ bytes: Span<UInt8>) {
    var ids = Set<Int>()
    for row in dump.modules {
        precondition(ids.insert(row.id).inserted, "two rows of one id")
        precondition(row.start <= row.end, "a row that ends before it starts")
    }
    for row in dump.modules {
        precondition(ids.contains(row.containingID), "a containing row that is not there")
    }
    switch dump.blocks {
    case .binary(let range):
        precondition(range.count % 8 == 0 && range.upperBound <= bytes.count)
    case .text(let range, _): precondition(range.upperBound <= bytes.count)
    case .list: preconditionFailure("a file's blocks stand in the file")
    }
    var found = 0
    dump.forEachBlock(in: bytes) { _, _ in found += 1 }
    precondition(found == dump.blocks.count, "another number of blocks than counted")
    if case .binary(let range) = dump.counts {
        precondition(range.count % 4 == 0 && range.upperBound <= bytes.count)
    }
}

private func isInside(_ place: Place, _ bytes: Span<UInt8>) -> Bool {
    switch place {
    case .line(let line): (1...bytes.count + 1).contains(line)
    case .byte(let offset): (0...bytes.count).contains(offset)
    }
}
