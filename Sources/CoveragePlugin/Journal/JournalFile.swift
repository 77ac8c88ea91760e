import CHost
import JournalEmbedded
import Synchronization
import TraceEmbedded

/// The journal's life on the disk: of the memory in which the recording is kept (``BlockStore``), the first part
/// is a file's that outlives the process, and the rest, or all where there is no such file, is plain.
///
/// No descriptor is kept: the file is mapped far beyond what is used of it, as holes, and the system fills these step
/// by step, for which it needs neither the file's name nor the rights of the user who opened it.
@safe
struct JournalFile: ~Copyable {
    /// Nil where there is no file: none was wanted, or it could not be made.
    private(set) var path: HostPath?
    /// Why there is no file, or why it does not hold all, nil where it does or none was wanted.
    private(set) var failure: HostError?
    /// The blocks, of which the first ``capacity`` have room.
    let store: BlockStore
    /// What stands before them.
    var head: JournalHead
    /// How many blocks there is room for.
    private(set) var capacity = 0
    /// For how many of them, from the first on, the room is the file's.
    private var capacityInFile = 0
    /// Bytes of the memory that are mapped from the file, holes included.
    private var mappedSize = 0
    /// Bytes of the head that can be written to where it is the file's.
    private var filledHead = 0
    private var isHeadFull = false

    /// Plain memory. Nil where the system has no room.
    init?() {
        guard let store = BlockStore() else { return nil }
        self.store = store
        head = JournalHead(of: store)
    }

    /// The file has room for so many more than are in use, as holes.
    private static let blocksAhead = 1 << 20
    /// Room is made for so many at a time: 16 KiB, or a page where that is larger. What is never used
    /// of it was cleared by the system in vain.
    private static let blocksPerStep =
        max(1 << 14, Int(HostProcess.pageSize)) / Layout.blockSize

    // MARK: - What is added

    /// Adds the module that is number `count`. Where the head has no room left, the file will do
    /// without it and all that follows, blocks too.
    mutating func append(_ module: Module, buildID: [UInt8], count: Int) {
        let bytes = JournalModule.bytes(module, buildID: buildID)
        let end = head.modulesEnd + bytes.count
        guard !isHeadFull, end <= Layout.headSize, fillHead(to: end) else {
            isHeadFull = true
            if failure == nil, path != nil { failure = .noMemory }
            return
        }
        head.append(module: bytes, count: count)
    }

    /// How many blocks' records are there. The file tells of those that it holds.
    var blockCount = 0 {
        didSet { publishBlockCount() }
    }

    private func publishBlockCount() {
        // Blocks of modules that are not there would make the rest unreadable.
        if !isHeadFull { head.publishBlockCount(min(blockCount, capacityInFile)) }
    }

    /// Makes room for more blocks; false where the system has none.
    mutating func addRoom() -> Bool {
        guard capacity < store.mostBlocks else { return false }
        if path != nil, capacityInFile == capacity {
            do throws(HostError) {
                try fillStep()
                capacityInFile += JournalFile.blocksPerStep
            } catch {
                failure = error
                makePlain(from: Layout.end(ofBlocks: capacity))
            }
        }
        capacity += JournalFile.blocksPerStep
        return true
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
        let own = JournalHead.signature
        return (try? HostFile(reading: path).read(at: 0, count: own.count)) != own
    }

    /// Cuts the file behind what is used of it, where it stays for good. It grows again if it must.
    mutating func cut() {
        let size = Layout.end(ofBlocks: capacityInFile)
        guard let path, size < mappedSize, !JournalFile.isReplaced(path) else { return }
        makePlain(from: size)
        try? HostFile(changing: path).setLength(size)
    }

    /// Leaves a file with the messages alone that were kept, where no file has them.
    mutating func leaveMessages(at place: JournalPlace?) {
        guard path == nil, head.messagesSize > 0, let place else { return }
        guard let created = try? WholeFile.createJournal(at: place) else { return }
        do throws(HostError) {
            try created.file.write(head.messagesAlone)
            head.forgetMessages()
        } catch {
            try? created.path.unlink()
        }
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
        if !keepsCounters { head.forgetMessages(erases: mappedSize == 0) }
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
        _ = unsafe host_move_mapping(plain, store.memory, mappedSize)
        (mappedSize, filledHead) = (0, 0)
    }

    private mutating func moveToFile(
        to place: JournalPlace, keepsCounters: Bool
    ) throws(HostError) {
        let created = try WholeFile.createJournal(at: place)
        created.file.lock()
        let used = Layout.end(ofBlocks: capacity)
        let usedHead = JournalFile.pages(head.modulesEnd)
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
            _ = unsafe host_move_mapping(mapped, store.memory, size)
        } catch {
            try? created.path.unlink()
            throw error
        }
        path = created.path
        (capacityInFile, filledHead) = (capacity, usedHead)
        mappedSize = max(mappedSize, size)
        makePlain(from: size)
        publishBlockCount()
        head.sign()
    }

    /// Copies what is in use of the head and of the room for the first `blocks`, but for the signature and
    /// the number of blocks: those come when all else is there.
    @unsafe
    private func copy(to other: UnsafeMutableRawPointer, blocks: Int, keepsCounters: Bool) {
        unsafe head.copy(to: other)
        let used = min(blockCount, blocks)
        unsafe (other + Layout.headSize).copyMemory(
            from: store.memory + Layout.headSize, byteCount: used * Layout.blockSize)
        guard !keepsCounters else { return }
        for index in 0..<used {
            unsafe other.storeBytes(
                of: 0, toByteOffset: Layout.end(ofBlocks: index) + Layout.Block.counter,
                as: UInt64.self)
        }
    }

    /// Makes plain what is mapped from the file from `offset` on, where nothing is in use yet.
    private mutating func makePlain(from offset: Int) {
        guard offset < mappedSize else { return }
        if let plain = unsafe host_map(mappedSize - offset) {
            _ = unsafe host_move_mapping(plain, store.memory + offset, mappedSize - offset)
        }
        mappedSize = offset
    }

    /// Sees to it that the file's next blocks can be written to.
    private mutating func fillStep() throws(HostError) {
        guard let path else { return }
        let start = Layout.end(ofBlocks: capacity)
        let end = Layout.end(ofBlocks: capacity + JournalFile.blocksPerStep)
        if end > mappedSize {
            try lengthen(from: start, toHold: end, path)
        }
        unsafe try JournalFile.fill(store.memory + start, of: path, at: start, bytes: end - start)
    }

    /// Has more of the file mapped, from `start` on.
    private mutating func lengthen(
        from start: Int, toHold end: Int, _ path: HostPath
    ) throws(HostError) {
        try HostFile.apart { () throws(HostError) in
            let file = try HostFile(changing: path)
            let size = try lengthen(file, toHold: end)
            let mapped = unsafe try file.map(at: start, bytes: size - start)
            _ = unsafe host_move_mapping(mapped, store.memory + start, size - start)
            mappedSize = size
        }
    }

    /// Sees to it that the head can be written to up to `end`; false where it cannot.
    private mutating func fillHead(to end: Int) -> Bool {
        guard let path, end > filledHead else { return true }
        let filled = JournalFile.pages(end)
        do throws(HostError) {
            unsafe try JournalFile.fill(
                store.memory + filledHead, of: path, at: filledHead, bytes: filled - filledHead)
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
        try HostFile.apart { () throws(HostError) in
            try HostFile(changing: path).reserve(at: offset, bytes: bytes)
        }
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
            store.mostBlocks)
        let size = Layout.end(ofBlocks: max(blocks, allowed))
        try file.setLength(size)
        return size
    }

    private static func pages(_ bytes: Int) -> Int {
        let page = Int(HostProcess.pageSize)
        return (bytes + page - 1) / page * page
    }
}
