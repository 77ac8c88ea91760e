/// Names in a folder that files from several others go into.
struct FileNames {
    private var taken: Set<String> = []

    /// `name`, or where another file has it already, with a number before it.
    mutating func unused(_ name: String) -> String {
        var unused = name
        var number = 1
        while !taken.insert(unused).inserted {
            number += 1
            unused = "\(number)-\(name)"
        }
        return unused
    }
}

/// A folder that traces, or inputs, are copied into.
public struct TraceCopies {
    private let folder: NewFolder

    /// - Throws: ``Failure`` where the folder cannot be made, or is not empty.
    public init(_ folder: String) throws(Failure) { self.folder = try NewFolder(folder) }

    /// Copies files, each whole or not at all. Of files of one name the later ones get a number.
    public func add(_ paths: [String]) throws(Failure) {
        try folder.make()
        var names = FileNames()
        for path in paths {
            let output = try OutputFile(folder.path + names.unused(FilePath.name(path)))
            try StoredBytes(path: path).withBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
                    let piece = bytes.extracting(start..<min(bytes.count, start + 1 << 16))
                    output.write(piece.array)
                }
            }
            try output.finish()
        }
    }

    /// Copies the inputs with these numbers, likewise.
    ///
    /// - Parameter content: what is in one; nil where it is left out.
    /// - Returns: how many were copied.
    @discardableResult
    func add(
        _ numbers: [Int], of inputs: InputList, content: (Int) throws(Failure) -> [UInt8]?
    ) throws(Failure) -> Int {
        try folder.make()
        var names = FileNames()
        var count = 0
        for number in numbers {
            guard let content = try content(number) else { continue }
            let output = try OutputFile(folder.path + names.unused(inputs[number].shortFileName))
            output.write(content)
            try output.finish()
            count += 1
        }
        return count
    }
}
