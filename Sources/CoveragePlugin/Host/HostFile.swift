import CHost

/// An open file of this process, closed when the value goes.
///
/// Held for moments only, within ``apart(_:)``: the guest shares the process, and its own descriptor numbers must come
/// out as they would without the plugin.
struct HostFile: ~Copyable {
    private var descriptor: CInt

    private init(checked descriptor: CInt) throws(HostError) {
        guard descriptor >= 0 else { throw HostError(negated: descriptor) }
        self.descriptor = descriptor
    }

    init(reading path: HostPath) throws(HostError) {
        try self.init(checked: unsafe path.withCString { unsafe host_open_to_read($0) })
    }

    /// A new file; EEXIST where the name is taken.
    init(creating path: HostPath) throws(HostError) {
        try self.init(checked: unsafe path.withCString { unsafe host_create($0) })
    }

    /// A new file in the folder that has no name, and so is gone with the value.
    init(namelessIn folder: HostPath) throws(HostError) {
        try self.init(checked: unsafe folder.withCString { unsafe host_create_nameless($0) })
    }

    /// An existing file, to be mapped and changed.
    init(changing path: HostPath) throws(HostError) {
        try self.init(checked: unsafe path.withCString { unsafe host_open_to_change($0) })
    }

    /// A file that is there already; what is written goes behind what it has. Never waits.
    ///
    /// - Parameters:
    ///   - descriptor: where the process had the file open, below 0 for nowhere. Of use while it still
    ///     has.
    ///   - path: what the file is opened by otherwise, nil for nothing.
    /// - Throws: ``HostError`` where none of them leads to the file any more.
    init(
        reaching identity: host_identity, by descriptor: CInt, or path: HostPath?
    ) throws(HostError) {
        var identity = identity
        let result =
            if let path {
                unsafe path.withCString { unsafe host_reach(descriptor, $0, &identity) }
            } else {
                unsafe host_reach(descriptor, nil, &identity)
            }
        try self.init(checked: result)
    }

    deinit { if descriptor >= 0 { _ = host_close(descriptor) } }

    /// Does work with files of which other threads see no descriptor, nor is one needed where the process has no
    /// more (`host_work_apart`). None may be open behind it.
    static func apart<Failure: Error>(_ work: () throws(Failure) -> Void) throws(Failure) {
        var failure: Failure?
        let run = {
            do throws(Failure) {
                try work()
            } catch {
                failure = error
            }
        }
        withoutActuallyEscaping(run) { run in
            var run = run
            unsafe withUnsafeMutablePointer(to: &run) { run in
                unsafe host_work_apart(
                    { unsafe $0?.assumingMemoryBound(to: (() -> Void).self).pointee() }, run)
            }
        }
        if let failure { throw failure }
    }

    /// Up to `count` bytes from `offset`, fewer at the file's end.
    func read(at offset: UInt64, count: Int) throws(HostError) -> [UInt8] {
        var result: Int64 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, length in
            result = unsafe host_read_at(descriptor, buffer.baseAddress, buffer.count, offset)
            length = max(0, Int(result))
        }
        guard result >= 0 else { throw HostError(negated: CInt(truncatingIfNeeded: result)) }
        return bytes
    }

    /// What the system gives next, nothing at the file's end.
    func readNext() throws(HostError) -> [UInt8] {
        var result: Int64 = 0
        let part = unsafe [UInt8](unsafeUninitializedCapacity: 16384) { buffer, length in
            result = unsafe host_read(descriptor, buffer.baseAddress, buffer.count)
            length = max(0, Int(result))
        }
        guard result >= 0 else { throw HostError(negated: CInt(truncatingIfNeeded: result)) }
        return part
    }

    /// Whether it takes a line now, or soon: a pipe can be full, and nobody read it.
    var takesMore: Bool { host_takes_more(descriptor) }

    func write(_ bytes: [UInt8]) throws(HostError) {
        let result = unsafe bytes.withUnsafeBufferPointer {
            unsafe host_write(descriptor, $0.baseAddress, $0.count)
        }
        guard result == 0 else { throw HostError(negated: result) }
    }

    /// Takes the file's lock, for as long as the process has it open or mapped; where that fails, there
    /// is none.
    func lock() { _ = host_lock_file(descriptor) }

    /// Cuts or lengthens it; what is new are holes.
    func setLength(_ bytes: Int) throws(HostError) {
        let result = host_set_length(descriptor, UInt64(bytes))
        guard result == 0 else { throw HostError(negated: result) }
    }

    /// Gives a part of it its room on the disk.
    func reserve(at offset: Int, bytes: Int) throws(HostError) {
        let result = host_reserve(descriptor, UInt64(offset), UInt64(bytes))
        guard result == 0 else { throw HostError(negated: result) }
    }

    /// Maps a part of it, shared with whoever reads the file.
    func map(at offset: Int, bytes: Int) throws(HostError) -> UnsafeMutableRawPointer {
        guard let memory = unsafe host_map_file(descriptor, UInt64(offset), bytes) else {
            throw .noMemory
        }
        return unsafe memory
    }

    /// Closes it and says what the system has kept back until now (a full disk over NFS, say).
    mutating func close() throws(HostError) {
        let result = host_close(descriptor)
        descriptor = -1
        guard result == 0 else { throw HostError(negated: result) }
    }
}
