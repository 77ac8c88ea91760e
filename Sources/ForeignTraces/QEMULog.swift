import Trace

/// What a log has said so far.
struct QEMULog {
    private struct Translation: Hashable {
        var address: UInt64
        /// 0 where it is not known.
        var size: UInt32
    }

    /// All that were executed, with how often.
    private var translations: [(translation: Translation, count: UInt64)] = []
    /// Code in the host, and where the guest is that executes it: one code can stand for several addresses.
    private struct HostBlock: Hashable {
        var host: UInt64
        var address: UInt64
    }

    /// An index into these.
    private var indices: [HostBlock: Int] = [:]
    /// By the place of its code in the host, a translation's size.
    private var sizes: [UInt64: UInt32] = [:]
    /// Whether blocks lead to one another without a word in the log.
    private var isChained = false
    /// By address, the size of the newest translation, of which the code's place is not known yet.
    private var fresh: [UInt64: UInt32] = [:]
    /// Translations of which nothing says that they were executed.
    private var unexecuted: Set<Translation> = []
    /// What each thread executes: it can still be taken back.
    private var running: [UInt64: (host: UInt64, index: Int)] = [:]
    private var lastThread: UInt64 = 0
    /// By address, how far it is to the nearest place behind it that was executed right after it.
    private var reaches: [UInt64: UInt32] = [:]
    private var hasExecutions = false
    /// By name, the lowest address of a function.
    private var functions: [[UInt8]: UInt64] = [:]
    /// Whether the lines are a translation's, the function's name, and where it begins and ends so far.
    private var isInside = false
    private var name = 0..<0
    private var start: UInt64?
    private var end: UInt64 = 0

    /// Takes in a line; false where it begins as an execution and is none.
    mutating func take(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard !line.isEmpty else {
            endTranslation()
            isInside = false
            return true
        }
        switch bytes[line.lowerBound] {
        case UInt8(ascii: "0") where isInside: takeInstruction(line, bytes)
        case UInt8(ascii: "O")
        where isInside && bytes.has("OBJD-T: ", at: line.lowerBound, in: line):
            end &+= UInt64(line.count - 8) / 2
        case UInt8(ascii: "T") where bytes.has("Trace ", at: line.lowerBound, in: line):
            endTranslation()
            isInside = false
            guard let execution = LoggedExecution(line, bytes) else { return false }
            take(execution, bytes)
        case UInt8(ascii: "I") where bytes.has("IN:", at: line.lowerBound, in: line):
            endTranslation()
            isInside = true
            name = line.lowerBound + min(4, line.count)..<line.upperBound
        case UInt8(ascii: "S")
        where bytes.has("Stopped execution of TB chain before 0x", at: line.lowerBound, in: line):
            takeBack(line, bytes)
        case UInt8(ascii: "L") where bytes.has("Linking TBs ", at: line.lowerBound, in: line):
            isChained = true
        case UInt8(ascii: "O"), UInt8(ascii: "P"), UInt8(ascii: "-"):
            // The host's own code, and QEMU's between both.
            endTranslation()
            isInside = false
        default: break
        }
        return true
    }

    /// The places, and whether the log has executions.
    mutating func finish() -> (places: ExecutedPlaces, hasExecutions: Bool) {
        endTranslation()
        for (_, execution) in running { translations[execution.index].count += 1 }
        running = [:]
        var places = PlaceCounter()
        for (translation, count) in translations {
            places.add(translation.address, size: translation.size, times: count)
        }
        if !hasExecutions {
            for translation in unexecuted {
                places.add(translation.address, size: translation.size)
            }
        }
        // Their order here is none.
        places.forgetOrder()
        for (address, reach) in reaches { places.setReach(reach, of: address) }
        var all = places.places(isCounted: hasExecutions && !isChained, ending: .branch)
        all.functions = functions
        return (all, hasExecutions)
    }

    private mutating func take(_ execution: LoggedExecution, _ bytes: Span<UInt8>) {
        hasExecutions = true
        if let before = running[execution.thread] {
            translations[before.index].count += 1
            note(execution.address, after: translations[before.index].translation)
        }
        running[execution.thread] = nil
        lastThread = execution.thread
        let block = HostBlock(host: execution.host, address: execution.address)
        let size = fresh.isEmpty ? nil : fresh.removeValue(forKey: execution.address)
        if let size { sizes[execution.host] = size }
        let number = (size == nil ? indices[block] : nil) ?? translations.count
        if number == translations.count {
            let size = size ?? sizes[execution.host] ?? 0
            translations.append((Translation(address: execution.address, size: size), 0))
            indices[block] = number
            note(execution.function, execution.address, bytes)
        }
        if !execution.isRepetition { running[execution.thread] = (execution.host, number) }
    }

    /// Notes what was executed right after a translation of which it is not known how long it is.
    private mutating func note(_ address: UInt64, after before: Translation) {
        guard before.size == 0, address > before.address,
            address - before.address < PlaceCounter.far
        else { return }
        let reach = UInt32(address - before.address)
        reaches[before.address] = min(reaches[before.address] ?? .max, reach)
    }

    /// A line `0xADDRESS:  BYTES  INSTRUCTION`; without a disassembler the bytes stand in the next line.
    private mutating func takeInstruction(_ line: Range<Int>, _ bytes: Span<UInt8>) {
        guard bytes.has("0x", at: line.lowerBound, in: line),
            let (address, colon) = bytes.number(at: line.lowerBound + 2, in: line, base: 16),
            bytes.has(":", at: colon, in: line)
        else { return }
        var place = colon + 1
        while place < line.upperBound, bytes[place] == 0x20 { place += 1 }
        var digits = 0
        // Groups of one, two or four bytes, a blank between two of them.
        while let (_, next) = bytes.number(at: place, in: line, base: 16),
            [2, 4, 8].contains(next - place),
            next == line.upperBound || bytes[next] == 0x20
        {
            digits += next - place
            place = next + 1
            if place >= line.upperBound || bytes[place] == 0x20 { break }
        }
        if start == nil {
            start = address
            note(name, address, bytes)
        }
        end = address &+ UInt64(digits / 2)
    }

    /// Notes that something of a function was executed, or is about to be.
    private mutating func note(_ function: Range<Int>, _ address: UInt64, _ bytes: Span<UInt8>) {
        guard !function.isEmpty else { return }
        let text = bytes.array(function)
        functions[text] = min(functions[text] ?? .max, address)
    }

    private mutating func endTranslation() {
        defer { (start, end) = (nil, 0) }
        guard let start, end > start, end - start <= UInt64(UInt16.max) else { return }
        let size = UInt32(end - start)
        fresh[start] = size
        if !hasExecutions { unexecuted.insert(Translation(address: start, size: size)) }
    }

    /// `Stopped execution of TB chain before 0xHOST [PC] SYMBOL`: what a thread was about to execute was not.
    private mutating func takeBack(_ line: Range<Int>, _ bytes: Span<UInt8>) {
        let digits = line.lowerBound + 39
        guard let (host, _) = bytes.number(at: digits, in: line, base: 16) else { return }
        // It is the thread that came last, if several are at one block.
        let threads = running.filter { $0.value.host == host }.keys
        guard let thread = threads.contains(lastThread) ? lastThread : threads.max() else { return }
        running[thread] = nil
    }
}
