import CElfutils
import MachineCode

/// Where ARM code of 32 bits goes over from one of its two sets of instructions to the other, or to data.
///
/// Symbols say it that assemblers make for it: `$a`, `$t`, `$d`, each with a dot and more behind it or not.
/// In a file that was stripped of them, functions' addresses do, whose lowest bit is set in Thumb code;
/// jump tables behind a function are read as code of it then, but nothing leads there. What stands before all of
/// them is taken for code as that where the program is entered: compilers are told for a whole program which to
/// make. Stubs are ARM's then.
struct MappingSymbols {
    /// By address; the set is nil where data begins.
    private var marks: [(address: UInt64, set: InstructionSet?)] = []
    /// What sections begin with, if only functions say what is which.
    private var first: InstructionSet?

    /// - Parameter startup: addresses that are called before `main`, or behind it, the one where the program is
    ///   entered first.
    init(_ symbols: SymbolFile, _ startup: [UInt64]) {
        var functions = marks
        unsafe symbols.forEach { symbol, address, name in
            if unsafe name[0] == UInt8(ascii: "$"), unsafe name[1] != 0,
                unsafe name[2] == 0 || name[2] == UInt8(ascii: ".")
            {
                switch unsafe UInt8(bitPattern: name[1]) {
                case UInt8(ascii: "a"): marks.append((address, .arm))
                case UInt8(ascii: "t"): marks.append((address, .thumb))
                case UInt8(ascii: "d"): marks.append((address, nil))
                default: break
                }
            } else if symbol.st_info & 15 == UInt8(STT_FUNC) {
                functions.append((address, symbol.st_value & 1 == 1 ? .thumb : .arm))
            }
        }
        if marks.isEmpty {
            marks = functions + startup.map { ($0 & ~1, $0 & 1 == 1 ? .thumb : .arm) }
            first = startup.first.map { $0 & 1 == 1 ? .thumb : .arm }
        }
        marks.sort { $0.address < $1.address }
    }

    /// The parts as code of the other set each, if it was guessed which they are; nil elsewhere.
    func otherwise(_ parts: [Code.Section]) -> [Code.Section]? {
        guard first != nil else { return nil }
        return parts.map { $0.part($0.addresses, $0.set == .thumb ? .arm : .thumb) }
    }

    /// The parts of sections that are code whose set is known.
    ///
    /// - Parameter stubs: those of the sections that have linkers' stubs.
    func parts(of sections: [Code.Section], stubs: [Code.Section]) -> [Code.Section] {
        var (found, index): ([Code.Section], Int) = ([], 0)
        let stubs = Set(stubs.map(\.addresses))
        for section in sections.sorted(by: { $0.addresses.lowerBound < $1.addresses.lowerBound }) {
            let addresses = section.addresses
            // A mark is for its own section, whatever stands behind that.
            while index < marks.count, marks[index].address < addresses.lowerBound { index += 1 }
            if let first {
                if stubs.contains(addresses) {
                    found.append(section)
                    continue
                }
                let end = index < marks.count ? marks[index].address : .max
                let part = addresses.lowerBound..<min(end, addresses.upperBound)
                if !part.isEmpty { found.append(section.part(part, first)) }
            }
            while index < marks.count, addresses.contains(marks[index].address) {
                let (start, set) = marks[index]
                index += 1
                let end = min(
                    index < marks.count ? marks[index].address : .max, addresses.upperBound)
                if let set, start < end { found.append(section.part(start..<end, set)) }
            }
        }
        return found
    }
}
