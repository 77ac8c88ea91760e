import CQEMUPlugin
import DRCovEmbedded
import JournalEmbedded

/// The memory in which the recording is kept: parts of a file that outlives the process, or plain
/// memory where there is no such file (any more).
///
/// Addresses never change, since code that QEMU has generated holds them. No descriptor is kept: the
/// file is opened anew for each part.
@safe
struct JournalFile: ~Copyable {
    /// Nil where there is no file: none was wanted, or it could not be made.
    private(set) var path: HostPath?
    /// Why there is no file, or why it does not hold all, nil where it does or none was wanted.
    private(set) var failure: HostError?
    private let head: UnsafeMutableRawPointer
    /// Where the chunks are. It does not move when one is added: other threads read it.
    private let chunks: MappedArray<UnsafeMutableRawPointer?>
    private var chunkCount = 0
    /// How many of the chunks, from the first on, are the file's.
    private var chunksInFile = 0
    private var modulesEnd = Layout.Head.modules

    /// Plain memory. Nil where the system has no room.
    init?() {
        guard let memory = unsafe host_map(Layout.headSize),
            let chunks = unsafe MappedArray<UnsafeMutableRawPointer?>(
                count: JournalFile.mostChunks)
        else { return nil }
        unsafe head = memory
        unsafe self.chunks = chunks
    }

    private static let mostChunks = 1 << 16
    /// A quarter of a million blocks, 8 MB of disk.
    private static let chunksAhead = 32

    // MARK: - What is in it

    /// Notes that the guest is a 32-bit one.
    func set32Bit() {
        unsafe head.storeBytes(of: 1, toByteOffset: Layout.Head.is32Bit, as: UInt32.self)
    }

    /// Adds the module that is number `count`. Where the head has no room left, the file will do
    /// without it and all that follow, and their blocks.
    mutating func append(_ module: Module, count: Int) {
        let bytes = JournalModule.bytes(module)
        guard modulesEnd + bytes.count <= Layout.headSize else {
            modulesEnd = Layout.headSize
            return
        }
        for (index, byte) in bytes.enumerated() {
            unsafe head.storeBytes(of: byte, toByteOffset: modulesEnd + index, as: UInt8.self)
        }
        modulesEnd += bytes.count
        unsafe host_publish(word(Layout.Head.moduleCount), UInt64(count))
    }

    /// How many blocks' records are there. The file tells of those that it holds.
    var blockCount = 0 {
        didSet { publishBlockCount() }
    }

    /// How many blocks there is room for.
    var capacity: Int { chunkCount * Layout.blocksPerChunk }

    /// Makes room for more blocks; false where the system has none.
    ///
    /// A process that may drop its user cannot open the file again when it has, so it takes more at
    /// once.
    mutating func addChunk() -> Bool {
        guard chunkCount < JournalFile.mostChunks else { return false }
        if path != nil, chunksInFile == chunkCount {
            if HostProcess.mayDropUser, (try? addToFile(chunks: JournalFile.chunksAhead)) != nil {
                return true
            }
            do throws(HostError) {
                try addToFile(chunks: 1)
                return true
            } catch {
                failure = error
            }
        }
        guard let memory = unsafe host_map(Layout.chunkSize) else { return false }
        unsafe chunks[chunkCount] = memory
        chunkCount += 1
        return true
    }

    private mutating func addToFile(chunks count: Int) throws(HostError) {
        guard let path, chunkCount + count <= JournalFile.mostChunks else { throw .noMemory }
        let memory = unsafe try HostFile(changing: path).map(
            at: fileSize, bytes: count * Layout.chunkSize)
        for index in 0..<count {
            unsafe chunks[chunkCount] = memory + index * Layout.chunkSize
            chunkCount += 1
            chunksInFile += 1
        }
    }

    /// Where the record of a block is kept; `index` must be below ``capacity``.
    @unsafe
    func record(_ index: Int) -> UnsafeMutablePointer<BlockRecord> {
        unsafe chunk(index / Layout.blocksPerChunk)
            .assumingMemoryBound(to: BlockRecord.self) + index % Layout.blocksPerChunk
    }

    /// Where the counter of a block is kept; `index` must be below ``capacity``.
    @unsafe
    func counter(_ index: Int) -> UnsafeMutablePointer<UInt64> {
        unsafe (chunk(index / Layout.blocksPerChunk) + Layout.countersOffset)
            .assumingMemoryBound(to: UInt64.self) + index % Layout.blocksPerChunk
    }

    // MARK: - The file's life

    /// Takes the file away: what it held stands somewhere else now. The memory stays.
    mutating func remove() {
        try? path?.unlink()
        path = nil
    }

    /// Makes a file of what is in memory, beside the trace that it stands for: at the beginning; in a
    /// forked child, whose memory is still its parent's file; and where an end was announced that
    /// did not come.
    ///
    /// Where that fails, or there is no `output`, the memory becomes plain, and is shared with nobody.
    ///
    /// - Parameter keepsCounters: false where all begin at 0 again.
    mutating func renew(beside output: HostPath?, keepsCounters: Bool = true) {
        let (hadFile, hadChunks) = (path != nil || chunksInFile > 0, chunksInFile)
        (path, failure, chunksInFile) = (nil, nil, 0)
        if let output {
            do throws(HostError) {
                let created = unsafe try JournalFile.create(beside: output)
                path = unsafe created.path
                unsafe replaceHead(by: created.head)
                let file = unsafe try HostFile(changing: created.path)
                for index in 0..<chunkCount {
                    unsafe replaceChunk(
                        index, by: try file.map(at: fileSize, bytes: Layout.chunkSize),
                        keepsCounters: keepsCounters)
                    chunksInFile += 1
                }
                publishBlockCount()
                sign()
                return
            } catch {
                failure = error
            }
        }
        if let memory = unsafe host_map(Layout.headSize), hadFile || path != nil {
            unsafe replaceHead(by: memory)
        }
        for index in 0..<max(hadChunks, chunksInFile) {
            if let memory = unsafe host_map(Layout.chunkSize) {
                unsafe replaceChunk(index, by: memory, keepsCounters: keepsCounters)
            }
        }
        chunksInFile = 0
        remove()
    }

    private var fileSize: Int { Layout.headSize + chunksInFile * Layout.chunkSize }

    private static func create(
        beside output: HostPath
    ) throws(HostError) -> (path: HostPath, head: UnsafeMutableRawPointer) {
        let created = try WholeFile.createJournal(beside: output)
        do throws(HostError) {
            return unsafe (created.path, try created.file.map(at: 0, bytes: Layout.headSize))
        } catch {
            try? created.path.unlink()
            throw error
        }
    }

    /// Makes a journal of the file: last of all, so that none is taken for one that is none yet.
    private func sign() {
        unsafe head.storeBytes(
            of: UInt32(bitPattern: HostProcess.id), toByteOffset: Layout.Head.process,
            as: UInt32.self)
        Layout.magic.withUTF8Buffer { magic in
            for index in 0..<magic.count {
                unsafe head.storeBytes(of: magic[index], toByteOffset: index, as: UInt8.self)
            }
        }
    }

    private func publishBlockCount() {
        let held = min(blockCount, chunksInFile * Layout.blocksPerChunk)
        unsafe host_publish(word(Layout.Head.blockCount), UInt64(held))
    }

    private func chunk(_ index: Int) -> UnsafeMutableRawPointer {
        guard let chunk = unsafe chunks[index] else { preconditionFailure() }
        return unsafe chunk
    }

    private func word(_ offset: Int) -> UnsafeMutablePointer<UInt64> {
        unsafe head.advanced(by: offset).assumingMemoryBound(to: UInt64.self)
    }

    /// Puts other memory in the head's place, with the same in it but for the signature and the count
    /// of blocks: those come when the blocks are there.
    private func replaceHead(by memory: UnsafeMutableRawPointer) {
        unsafe memory.copyMemory(from: head, byteCount: modulesEnd)
        unsafe memory.storeBytes(of: 0, as: UInt64.self)
        unsafe memory.storeBytes(of: 0, toByteOffset: Layout.Head.blockCount, as: UInt64.self)
        _ = unsafe host_move_mapping(memory, head, Layout.headSize)
    }

    private func replaceChunk(
        _ index: Int, by memory: UnsafeMutableRawPointer, keepsCounters: Bool
    ) {
        let used = min(
            max(0, blockCount - index * Layout.blocksPerChunk), Layout.blocksPerChunk)
        let chunk = unsafe chunk(index)
        unsafe memory.copyMemory(from: chunk, byteCount: used * Layout.recordSize)
        if keepsCounters {
            unsafe (memory + Layout.countersOffset).copyMemory(
                from: chunk + Layout.countersOffset, byteCount: used * 8)
        }
        _ = unsafe host_move_mapping(memory, chunk, Layout.chunkSize)
    }
}
