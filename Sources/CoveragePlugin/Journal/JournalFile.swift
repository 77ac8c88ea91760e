import CQEMUPlugin
import JournalEmbedded
import Synchronization
import TraceEmbedded

/// The memory in which the recording is kept: a stretch of addresses of which the first part is a
/// file's that outlives the process, and the rest, or all where there is no such file, is plain.
///
/// Addresses never change, since code that QEMU has generated holds them. No descriptor is kept: the
/// file is mapped far beyond what is used of it, as holes, and the system fills these step by step,
/// for which it needs neither the file's name nor the rights of the user who opened it.
@safe
struct JournalFile: ~Copyable {
    /// Nil where there is no file: none was wanted, or it could not be made.
    private(set) var path: HostPath?
    /// Why there is no file, or why it does not hold all, nil where it does or none was wanted.
    private(set) var failure: HostError?
    /// Head and blocks, as they stand in the file.
    private let memory: UnsafeMutableRawPointer
    private let mostBlocks: Int
    /// How many blocks there is room for.
    private(set) var capacity = 0
    /// For how many of them, from the first on, the room is the file's.
    private var capacityInFile = 0
    /// Bytes of the memory that are mapped from the file, holes included.
    private var mappedSize = 0
    private var modulesEnd = Layout.Head.modules
    /// Bytes of the messages in the head.
    private var messagesSize = 0
    /// Bytes of the head that can be written to where it is the file's.
    private var filledHead = 0
    private var isHeadFull = false

    /// Plain memory. Nil where the system has no room.
    init?() {
        // Addresses alone; a system that is short even of these gives fewer.
        for blocks in [1 << 25, 1 << 22, 1 << 19] {
            if let memory = unsafe host_map(JournalFile.end(ofBlocks: blocks)) {
                unsafe self.memory = memory
                mostBlocks = blocks
                return
            }
        }
        return nil
    }

    /// The file has room for so many more than are in use, as holes.
    private static let blocksAhead = 1 << 20
    /// Room is made for so many at a time: 16 KiB, or a page where that is larger. What is never used
    /// of it was cleared by the system in vain.
    private static let blocksPerStep =
        max(1 << 14, Int(HostProcess.pageSize)) / Layout.blockSize

    /// The offset behind so many blocks.
    static func end(ofBlocks count: Int) -> Int {
        Layout.headSize + count * Layout.blockSize
    }

    // MARK: - What is in it

    /// Notes that the guest is a 32-bit one.
    func set32Bit() {
        unsafe memory.storeBytes(of: 1, toByteOffset: Layout.Head.is32Bit, as: UInt32.self)
    }

    /// Notes whether the counters say how often each block was executed.
    func setHoldsCounts(_ holds: Bool) {
        unsafe memory.storeBytes(
            of: holds ? 1 : 0, toByteOffset: Layout.Head.holdsCounts, as: UInt32.self)
    }

    /// Adds the module that is number `count`. Where the head has no room left, the file will do
    /// without it and all that follows, blocks too.
    mutating func append(_ module: Module, buildID: [UInt8], count: Int) {
        let bytes = JournalModule.bytes(module, buildID: buildID)
        guard !isHeadFull, modulesEnd + bytes.count <= Layout.headSize,
            fillHead(to: modulesEnd + bytes.count)
        else {
            isHeadFull = true
            if failure == nil, path != nil { failure = .noMemory }
            return
        }
        for (index, byte) in bytes.enumerated() {
            unsafe memory.storeBytes(of: byte, toByteOffset: modulesEnd + index, as: UInt8.self)
        }
        modulesEnd += bytes.count
        unsafe host_publish(word(Layout.Head.moduleCount), UInt64(count))
    }

    /// Keeps a message that could be said nowhere; what there is no room for is cut off.
    mutating func keep(_ message: [UInt8]) {
        let room = Layout.Head.modules - Layout.Head.messages - messagesSize
        guard room > 1 else { return }
        for byte in message.prefix(room - 1) + [UInt8(ascii: "\n")] {
            unsafe memory.storeBytes(
                of: byte, toByteOffset: Layout.Head.messages + messagesSize, as: UInt8.self)
            messagesSize += 1
        }
        unsafe host_publish(word(Layout.Head.messagesSize), UInt64(messagesSize))
    }

    /// How many blocks' records are there. The file tells of those that it holds.
    var blockCount = 0 {
        didSet { publishBlockCount() }
    }

    /// Makes room for more blocks; false where the system has none.
    mutating func addRoom() -> Bool {
        guard capacity < mostBlocks else { return false }
        if path != nil, capacityInFile == capacity {
            do throws(HostError) {
                try fillStep()
                capacityInFile += JournalFile.blocksPerStep
            } catch {
                failure = error
                makePlain(from: JournalFile.end(ofBlocks: capacity))
            }
        }
        capacity += JournalFile.blocksPerStep
        return true
    }

    /// Where the record of a block is kept; `index` must be below ``capacity``. While vCPUs execute, they
    /// write to one of its fields, for which there is ``unreached(_:)``.
    @unsafe
    func record(_ index: Int) -> UnsafeMutablePointer<BlockRecord> {
        unsafe block(index).assumingMemoryBound(to: BlockRecord.self)
    }

    /// Where the record of a block says how many bytes were not come to.
    @unsafe
    func unreached(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt16>> {
        unsafe (block(index) + Layout.unreachedOffset).assumingMemoryBound(to: Atomic<UInt16>.self)
    }

    /// Where the counter of a block is kept; `index` must be below ``capacity``.
    @unsafe
    func counter(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        precondition(index < capacity)
        return unsafe counters.place(of: index)
    }

    /// Where the counters are kept, for those who have no lock.
    var counters: Counters { unsafe Counters(memory: memory, mostBlocks: mostBlocks) }

    private func block(_ index: Int) -> UnsafeMutableRawPointer {
        precondition(index >= 0 && index < capacity)
        return unsafe memory + JournalFile.end(ofBlocks: index)
    }

    private func word(_ offset: Int) -> UnsafeMutablePointer<UInt64> {
        unsafe memory.advanced(by: offset).assumingMemoryBound(to: UInt64.self)
    }

    // MARK: - The file's life

    /// Takes the file away: what it held stands somewhere else now. The memory stays.
    mutating func remove() {
        if let path, !JournalFile.isReplaced(path) { try? path.unlink() }
        path = nil
    }

    /// Whether the name is another file's by now: the trace's, where the user gave both one name, or
    /// what the guest has put there.
    private static func isReplaced(_ path: HostPath) -> Bool {
        let own = ownBytes
        return (try? HostFile(reading: path).read(at: 0, count: own.count)) != own
    }

    /// What a journal of this process begins with.
    private static var ownBytes: [UInt8] {
        var text = TextBuffer()
        text.append(Layout.magic)
        text.append(littleEndian: UInt32(bitPattern: HostProcess.id))
        return text.bytes
    }

    /// Cuts the file behind what is used of it, where it stays for good. It grows again if it must.
    mutating func cut() {
        let size = JournalFile.end(ofBlocks: capacityInFile)
        guard let path, size < mappedSize, !JournalFile.isReplaced(path) else { return }
        makePlain(from: size)
        try? HostFile(changing: path).setLength(size)
    }

    /// Leaves a file with the messages alone that were kept, where no file has them.
    mutating func leaveMessages(at place: JournalPlace?) {
        guard path == nil, messagesSize > 0, let place else { return }
        var head = TextBuffer()
        head.append(JournalFile.ownBytes)
        head.append(repeatElement(0, count: Layout.Head.messagesSize - head.bytes.count))
        head.append(littleEndian: UInt32(messagesSize))
        head.append(repeatElement(0, count: Layout.Head.messages - head.bytes.count))
        unsafe head.append(
            UnsafeRawBufferPointer(
                start: memory + Layout.Head.messages, count: messagesSize))
        guard let created = try? WholeFile.createJournal(at: place) else { return }
        do throws(HostError) {
            try created.file.write(head.bytes)
            forgetMessages()
        } catch {
            try? created.path.unlink()
        }
    }

    private mutating func forgetMessages() {
        messagesSize = 0
        unsafe host_publish(word(Layout.Head.messagesSize), 0)
    }

    /// Bytes that the file takes on the disk where it does not hold all, else 0.
    var partialSize: Int { failure != nil && path != nil ? capacityInFile * Layout.blockSize : 0 }

    /// Takes the file away, and what it takes on the disk with it.
    mutating func giveUp() {
        remove()
        renew(at: nil)
    }

    /// Makes a file of what is in memory: at the beginning; in a
    /// forked child, whose memory is still its parent's file; and where an end was announced that
    /// did not come.
    ///
    /// Where that fails, or there is no `place`, the memory becomes plain, and is shared with nobody.
    ///
    /// - Parameter keepsCounters: false where all begin at 0 again, and messages are another process's.
    mutating func renew(at place: JournalPlace?, keepsCounters: Bool = true) {
        (path, failure) = (nil, nil)
        // What is a file's is the other process's as well: there, `copy` does it.
        if !keepsCounters { if mappedSize == 0 { forgetMessages() } else { messagesSize = 0 } }
        if let place {
            do throws(HostError) {
                return try moveToFile(to: place, keepsCounters: keepsCounters)
            } catch {
                failure = error
            }
        }
        guard mappedSize > 0, let plain = unsafe host_map(mappedSize) else { return }
        unsafe copy(to: plain, blocks: capacityInFile, keepsCounters: keepsCounters)
        capacityInFile = 0
        _ = unsafe host_move_mapping(plain, memory, mappedSize)
        (mappedSize, filledHead) = (0, 0)
    }

    private mutating func moveToFile(
        to place: JournalPlace, keepsCounters: Bool
    ) throws(HostError) {
        let created = try WholeFile.createJournal(at: place)
        created.file.lock()
        let used = JournalFile.end(ofBlocks: capacity)
        let usedHead = JournalFile.pages(modulesEnd)
        let size: Int
        do throws(HostError) {
            size = try lengthen(created.file, toHold: used)
            let mapped = unsafe try created.file.map(at: 0, bytes: size)
            do throws(HostError) {
                unsafe try JournalFile.fill(mapped, of: created.path, at: 0, bytes: usedHead)
                unsafe try JournalFile.fill(
                    mapped + Layout.headSize, of: created.path, at: Layout.headSize,
                    bytes: used - Layout.headSize)
            } catch {
                unsafe host_unmap(mapped, size)
                throw error
            }
            unsafe copy(to: mapped, blocks: capacity, keepsCounters: keepsCounters)
            _ = unsafe host_move_mapping(mapped, memory, size)
        } catch {
            try? created.path.unlink()
            throw error
        }
        path = created.path
        (capacityInFile, filledHead) = (capacity, usedHead)
        mappedSize = max(mappedSize, size)
        makePlain(from: size)
        publishBlockCount()
        sign()
    }

    /// Copies what is in use of the head and of the room for the first `blocks`, but for the signature and
    /// the number of blocks: those come when all else is there.
    @unsafe
    private func copy(to other: UnsafeMutableRawPointer, blocks: Int, keepsCounters: Bool) {
        unsafe other.copyMemory(from: memory, byteCount: modulesEnd)
        unsafe other.storeBytes(of: 0, as: UInt64.self)
        unsafe other.storeBytes(of: 0, toByteOffset: Layout.Head.blockCount, as: UInt64.self)
        unsafe other.storeBytes(
            of: UInt64(messagesSize), toByteOffset: Layout.Head.messagesSize, as: UInt64.self)
        let used = min(blockCount, blocks)
        unsafe (other + Layout.headSize).copyMemory(
            from: memory + Layout.headSize, byteCount: used * Layout.blockSize)
        guard !keepsCounters else { return }
        for index in 0..<used {
            unsafe other.storeBytes(
                of: 0, toByteOffset: JournalFile.end(ofBlocks: index) + Layout.counterOffset,
                as: UInt64.self)
        }
    }

    /// Makes plain what is mapped from the file from `offset` on, where nothing is in use yet.
    private mutating func makePlain(from offset: Int) {
        guard offset < mappedSize else { return }
        if let plain = unsafe host_map(mappedSize - offset) {
            _ = unsafe host_move_mapping(plain, memory + offset, mappedSize - offset)
        }
        mappedSize = offset
    }

    /// Sees to it that the file's next blocks can be written to.
    private mutating func fillStep() throws(HostError) {
        guard let path else { return }
        let start = JournalFile.end(ofBlocks: capacity)
        let end = JournalFile.end(ofBlocks: capacity + JournalFile.blocksPerStep)
        if end > mappedSize {
            let file = try HostFile(changing: path)
            let size = try lengthen(file, toHold: end)
            let mapped = unsafe try file.map(at: start, bytes: size - start)
            _ = unsafe host_move_mapping(mapped, memory + start, size - start)
            mappedSize = size
        }
        unsafe try JournalFile.fill(memory + start, of: path, at: start, bytes: end - start)
    }

    /// Sees to it that the head can be written to up to `end`; false where it cannot.
    private mutating func fillHead(to end: Int) -> Bool {
        guard let path, end > filledHead else { return true }
        let filled = JournalFile.pages(end)
        do throws(HostError) {
            unsafe try JournalFile.fill(
                memory + filledHead, of: path, at: filledHead, bytes: filled - filledHead)
            filledHead = filled
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Gives holes of the file their room on the disk: a store into one on a full disk would be the
    /// end of the process.
    @unsafe
    private static func fill(
        _ memory: UnsafeMutableRawPointer, of path: HostPath, at offset: Int, bytes: Int
    ) throws(HostError) {
        let result = unsafe host_fill(memory, bytes)
        if result == 0 { return }
        let error = HostError(negated: result)
        // Linux before 5.14 cannot do it in memory.
        guard error == .invalid else { throw error }
        try HostFile(changing: path).reserve(at: offset, bytes: bytes)
    }

    /// Makes the file `end` bytes long and, as far as its limits allow, a good deal longer.
    ///
    /// - Returns: The length, that of a whole number of steps.
    private func lengthen(_ file: borrowing HostFile, toHold end: Int) throws(HostError) -> Int {
        let blocks = (end - Layout.headSize) / Layout.blockSize
        let mostBytes = max(0, Int(clamping: host_file_size_limit()) - Layout.headSize)
        let allowed = min(
            blocks + JournalFile.blocksAhead,
            mostBytes / Layout.blockSize / JournalFile.blocksPerStep * JournalFile.blocksPerStep,
            mostBlocks)
        let size = JournalFile.end(ofBlocks: max(blocks, allowed))
        try file.setLength(size)
        return size
    }

    private static func pages(_ bytes: Int) -> Int {
        let page = Int(HostProcess.pageSize)
        return (bytes + page - 1) / page * page
    }

    /// Makes a journal of the file: last of all, so that none is taken for one that is none yet.
    private func sign() {
        unsafe memory.storeBytes(
            of: UInt32(bitPattern: HostProcess.id), toByteOffset: Layout.Head.process,
            as: UInt32.self)
        Layout.magic.withUTF8Buffer { magic in
            for index in 0..<magic.count {
                unsafe memory.storeBytes(of: magic[index], toByteOffset: index, as: UInt8.self)
            }
        }
    }

    private func publishBlockCount() {
        // Blocks of modules that are not there would make the rest unreadable.
        guard !isHeadFull else { return }
        let held = min(blockCount, capacityInFile)
        unsafe host_publish(word(Layout.Head.blockCount), UInt64(held))
    }
}
