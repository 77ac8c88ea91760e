import CElfutils
import MachineCode

/// Where ARM code of 32 bits goes over from one of its two sets of instructions to the other, or to data.
///
/// Symbols say it that assemblers make for it: `$a`, `$t`, `$d`, each with a dot and more behind it or not.
/// In a file that was stripped of them, what is known are functions' addresses, whose lowest bit is set in Thumb code.
struct MappingSymbols {
    /// By address; the set is nil where data begins.
    private var marks: [(address: UInt64, set: InstructionSet?)] = []
    /// Where functions begin.
    private(set) var functions: [UnmarkedCode.Entry] = []

    init(_ symbols: SymbolFile) {
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
            } else if [UInt8(STT_FUNC), UInt8(STT_GNU_IFUNC)].contains(symbol.st_info & 15) {
                functions.append(
                    UnmarkedCode.Entry(address, isThumb: symbol.st_value & 1 == 1))
            }
        }
        marks.sort { $0.address < $1.address }
    }

    /// Whether there are none: the file was stripped of them.
    var isEmpty: Bool { marks.isEmpty }

    /// The parts of sections that are code.
    func parts(of sections: [Code.Section]) -> [Code.Section] {
        var (found, index): ([Code.Section], Int) = ([], 0)
        for section in sections.sorted(by: { $0.addresses.lowerBound < $1.addresses.lowerBound }) {
            let addresses = section.addresses
            // A mark is for its own section, whatever stands behind that.
            while index < marks.count, marks[index].address < addresses.lowerBound { index += 1 }
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
