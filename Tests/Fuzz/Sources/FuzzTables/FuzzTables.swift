import Coverage
import DebugInfo
import Glibc

/// libdw takes files: each input takes the place of the one before it, in a file of no name.
private let file: CInt = {
    var name = Array("/dev/shm/covtool-fuzz-XXXXXX".utf8CString)
    let file = unsafe mkstemp(&name)
    precondition(unsafe file >= 0 && unlink(name) == 0)
    return file
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    precondition(unsafe ftruncate(file, 0) == 0 && pwrite(file, start, count, 0) == count)
    let binary: Binary
    do throws(DebugInfoError) {
        binary = try Binary(path: "/proc/self/fd/\(file)")
    } catch {
        return 0
    }
    _ = binary.buildID
    _ = binary.missingFiles()
    check(binary.functionTable(), binary.image)
    check(binary.sectionTable(), binary.image)
    if let table = try? binary.lineTable([.functions, .inlinedCalls, .readableNames]) {
        check(table, binary.image)
    }
    return 0
}

/// Holds a table against what `LineTable` promises, then uses it as reports do.
private func check(_ table: LineTable, _ image: Image) {
    func isFile(_ index: Int32?) -> Bool {
        index.map { table.files.indices.contains(Int($0)) } ?? true
    }
    for row in table.rows {
        precondition(row.address < row.end, "a row that ends before it starts")
        precondition(isFile(row.file), "a row of no file")
        precondition(row.line > 0, "a row without a line")
    }
    precondition(zip(table.rows, table.rows.dropFirst()).allSatisfy { $0.address <= $1.address })
    for function in table.functions {
        precondition(isFile(function.file) && function.line >= 0)
    }
    for function in table.inlinedFunctions {
        precondition(isFile(function.file) && function.line >= 0)
    }
    for (index, call) in table.inlinedCalls.enumerated() {
        precondition(table.inlinedFunctions.indices.contains(Int(call.function)))
        precondition(isFile(call.file) && call.line >= 0)
        precondition(
            call.parent.map { (0..<Int32(index)).contains($0) } ?? true, "a parent behind it")
    }
    var coverage = SourceCoverage(hasFunctionEnds: true)
    let executed = table.rows.lazy.filter { $0.address >= image.base }.prefix(3)
        .map { BlockSet.Element(offset: ($0.address - image.base) & 0xFFFF_FFFF, size: 5) }
    coverage.add(table, covered: AddressRanges(BlockSet(executed), base: image.base))
    for file in coverage.files {
        precondition(zip(file.lines, file.lines.dropFirst()).allSatisfy { $0.line < $1.line })
    }
    let locator = Locator(table)
    for row in table.rows.prefix(8) {
        precondition(!locator.frames(of: row.address).isEmpty)
    }
    for entry in table.inlinedCalls.prefix(8).compactMap(\.entry) {
        precondition(!locator.frames(of: entry).isEmpty)
    }
}
