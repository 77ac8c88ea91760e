import Coverage
import Trace

/// The functions of an ELF file by what is left to go by without debug information.
struct FunctionList {
    /// Functions begin at multiples of 16 at most, but for such as nobody has written by hand.
    private static let mostPadding: UInt64 = 16

    private let image: Image
    private let readsNames: Bool
    /// By address, none twice.
    private let functions: [FoundFunction]
    /// Whether there is more than stubs, and what runs before `main`.
    let isUseful: Bool

    /// - Parameters:
    ///   - found: in any order, of several sources.
    ///   - readsNames: whether names are demangled.
    init(_ found: [FoundFunction], image: Image, readsNames: Bool) {
        self.image = image
        self.readsNames = readsNames
        isUseful = found.contains { $0.source != .stub && $0.source != .startup }
        let whole = found.filter { image.isCode($0.address) }.map { function in
            // No function goes on behind its section, whatever a symbol or a table says.
            var function = function
            if let end = function.end, let most = image.codeEnd(behind: function.address) {
                function.end = min(end, most)
            }
            return function
        }
        let sorted = whole.sorted { one, other in
            if one.address != other.address { return one.address < other.address }
            return one.source != other.source
                ? one.source < other.source : one.name ?? "" < other.name ?? ""
        }
        var functions: [FoundFunction] = []
        // What stands within the code of a function is none, unless it has a name.
        var end: UInt64 = 0
        for function in sorted {
            // Of a function in assembly code, the unwind table can have the padding before it, too; and no code is in two
            // functions because a symbol begins within what has none.
            if function.source < .label, let last = functions.last,
                last.source == .unwindTable, last.name == nil, last.address < function.address,
                let behind = last.end, behind > function.address
            {
                if function.address - last.address < FunctionList.mostPadding {
                    functions.removeLast()
                } else {
                    functions[functions.count - 1].end = function.address
                }
            }
            if let last = functions.last, last.address == function.address {
                let whole = last.end ?? function.end
                functions[functions.count - 1].end = whole
                functions[functions.count - 1].name = last.name ?? function.name
                if let name = function.name, last.name != nil, last.name != name,
                    last.aliases.last != name
                {
                    functions[functions.count - 1].aliases.append(name)
                }
                end = max(end, whole ?? 0)
            } else if function.name != nil || function.address >= end {
                functions.append(function)
                end = max(end, function.end ?? 0)
            }
        }
        self.functions = functions
    }

    /// The table with each function whose address is in none yet, at the line of its first code. A part that a compiler
    /// has put elsewhere belongs to its function, if that can be told.
    ///
    /// - Parameter file: where functions without a line are; they are left out where that is nil.
    func completing(_ table: LineTable, file: String? = nil) -> LineTable {
        var added: [LineTable.Function] = []
        var parts: [(name: String, range: Range<UInt64>)] = []
        let known = table.functions.flatMap(\.ranges).sorted { $0.lowerBound < $1.lowerBound }
        var (next, end) = (0, UInt64(0))
        for (index, function) in functions.enumerated() {
            let address = function.address
            while next < known.count, known[next].lowerBound <= address {
                end = max(end, known[next].upperBound)
                next += 1
            }
            guard address >= end else { continue }
            let range = address..<self.end(of: index)
            if let name = function.name, let whole = Symbols.whole(ofPart: name) {
                parts.append((whole, range))
                continue
            }
            let row = table.rows.from(address).first
                .flatMap { $0.address == address ? $0 : nil }
            guard row != nil || file != nil else { continue }
            let name = function.name ?? "sub_\(String(address, radix: 16))"
            var own = LineTable.Function(
                name: readsNames ? Demangler.readable(name) : name, linkageName: name,
                file: row?.file ?? Int32(table.files.count), line: row?.line ?? 0,
                entry: address, ranges: [range])
            own.aliases = function.aliases
            added.append(own)
        }
        FunctionList.add(parts, to: &added)
        return table.adding(added, file: file)
    }

    /// The table with all names that there are for what its functions are entered by.
    func addingAliases(to table: LineTable) -> LineTable {
        table.addingAliases { entry in
            let place = functions.partitioningIndex { $0.address >= entry }
            guard place < functions.count, functions[place].address == entry else { return [] }
            return [functions[place].name].compactMap(\.self) + functions[place].aliases
        }
    }

    /// Parts whose functions cannot be told from others of their name are left out.
    private static func add(
        _ parts: [(name: String, range: Range<UInt64>)], to functions: inout [LineTable.Function]
    ) {
        guard !parts.isEmpty else { return }
        var numbers: [String: [Int]] = [:]
        for (index, function) in functions.enumerated() {
            numbers[function.linkageName, default: []].append(index)
        }
        for (name, range) in parts {
            guard let own = numbers[name], own.count == 1 else { continue }
            functions[own[0]].ranges.append(range)
        }
    }

    /// The address behind a function's code.
    private func end(of index: Int) -> UInt64 {
        let function = functions[index]
        if let end = function.end { return end }
        let next = index + 1 < functions.count ? functions[index + 1].address : .max
        return min(next, image.codeEnd(behind: function.address) ?? .max)
    }
}
