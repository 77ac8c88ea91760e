import CHost
import JournalEmbedded
import TraceEmbedded

/// What stands before the blocks: what kind of guest and counters it is, how much of all there is, messages, and
/// modules.
///
/// A number is raised when what it counts is there, so that whoever reads the file meanwhile finds it sound.
@safe
struct JournalHead: ~Copyable {
    private let memory: UnsafeMutableRawPointer
    /// The offset behind the last module.
    private(set) var modulesEnd = Layout.Head.modules
    /// Bytes of the messages.
    private(set) var messagesSize = 0

    /// The head before a store's blocks.
    init(of store: BlockStore) { unsafe memory = store.memory }

    /// Notes that the guest is a 32-bit one.
    func set32Bit() {
        unsafe memory.storeBytes(of: 1, toByteOffset: Layout.Head.is32Bit, as: UInt32.self)
    }

    /// Notes whether the counters say how often each block was executed.
    func setHoldsCounts(_ holds: Bool) {
        unsafe memory.storeBytes(
            of: holds ? 1 : 0, toByteOffset: Layout.Head.holdsCounts, as: UInt32.self)
    }

    /// Notes that there are records of conditional jumps.
    func setHoldsEdges() {
        unsafe memory.storeBytes(of: 1, toByteOffset: Layout.Head.holdsEdges, as: UInt32.self)
    }

    /// Tells how many blocks' records are there.
    func publishBlockCount(_ count: Int) {
        unsafe host_publish(word(Layout.Head.blockCount), UInt64(count))
    }

    /// Adds a module's bytes, for which there must be room, as number `count`.
    mutating func append(module bytes: [UInt8], count: Int) {
        precondition(modulesEnd + bytes.count <= Layout.headSize)
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
        for byte in Array(message.prefix(room - 1)) + [UInt8(ascii: "\n")] {
            unsafe memory.storeBytes(
                of: byte, toByteOffset: Layout.Head.messages + messagesSize, as: UInt8.self)
            messagesSize += 1
        }
        unsafe host_publish(word(Layout.Head.messagesSize), UInt64(messagesSize))
    }

    /// Forgets the messages.
    ///
    /// - Parameter erases: false where the head is another process's file still, which keeps them.
    mutating func forgetMessages(erases: Bool = true) {
        messagesSize = 0
        if erases { unsafe host_publish(word(Layout.Head.messagesSize), 0) }
    }

    /// The bytes of a journal that holds the messages alone.
    var messagesAlone: [UInt8] {
        var head = TextBuffer()
        head.append(JournalHead.signature)
        head.append(repeatElement(0, count: Layout.Head.messagesSize - head.bytes.count))
        head.append(littleEndian: UInt32(messagesSize))
        head.append(repeatElement(0, count: Layout.Head.messages - head.bytes.count))
        unsafe head.append(
            UnsafeRawBufferPointer(
                start: memory + Layout.Head.messages, count: messagesSize))
        return head.bytes
    }

    /// What a journal of this process begins with.
    static var signature: [UInt8] {
        var text = TextBuffer()
        text.append(Layout.magic)
        text.append(littleEndian: UInt32(bitPattern: HostProcess.id))
        return text.bytes
    }

    /// Makes a journal of the memory: last of all, so that none is taken for one that is none yet.
    func sign() {
        // Backwards: what a journal is told by comes when all else is there.
        for (index, byte) in JournalHead.signature.enumerated().reversed() {
            unsafe memory.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        }
    }

    /// Copies what is in use to another head, but for the signature and the number of blocks: those come when all
    /// else is there.
    @unsafe
    func copy(to other: UnsafeMutableRawPointer) {
        unsafe other.copyMemory(from: memory, byteCount: modulesEnd)
        unsafe other.storeBytes(of: 0, as: UInt64.self)
        unsafe other.storeBytes(of: 0, toByteOffset: Layout.Head.blockCount, as: UInt64.self)
        unsafe other.storeBytes(
            of: UInt64(messagesSize), toByteOffset: Layout.Head.messagesSize, as: UInt64.self)
    }

    private func word(_ offset: Int) -> UnsafeMutablePointer<UInt64> {
        unsafe memory.advanced(by: offset).assumingMemoryBound(to: UInt64.self)
    }
}
