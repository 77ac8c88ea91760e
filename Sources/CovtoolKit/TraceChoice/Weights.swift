import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// What choosing each of some traces costs.
public struct Weights {
    /// By the trace's number.
    let values: [Double]
    /// The files' sizes in bytes, by which traces are told apart that are as good.
    let sizes: [Int]

    /// - Parameters:
    ///   - source: `size`, or a file with a weight and a name in each line; nil for 1 each.
    ///   - paths: the traces.
    public init(_ source: String?, of paths: [String]) throws(Failure) {
        sizes = paths.map { path in
            var status = stat()
            return unsafe stat(PathText.cString(path), &status) == 0 ? Int(status.st_size) : 0
        }
        guard let source else {
            values = Array(repeating: 1, count: paths.count)
            return
        }
        guard source != "size" else {
            values = sizes.map(Double.init)
            return
        }
        let listed = try Weights.list(source)
        var values: [Double] = []
        for path in paths {
            guard let weight = listed[path] else {
                throw Failure(.badData, "\(source): has no weight of \(path)")
            }
            values.append(weight)
        }
        self.values = values
    }

    /// Bytes of a list: a line for more files than any system has room for in a folder.
    private static let mostOfList = 256 << 20

    private static func list(_ path: String) throws(Failure) -> [String: Double] {
        let text = String(
            decoding: try FileBytes.text(at: path, most: mostOfList), as: UTF8.self)
        var weights: [String: Double] = [:]
        for (number, line) in FileBytes.lines(of: text).enumerated() where !line.isEmpty {
            let fields = line.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
            guard fields.count == 2, let weight = Double(fields[0]), weight >= 0, weight.isFinite
            else { throw Failure(.badData, "\(path): line \(number + 1): not 'WEIGHT NAME'") }
            weights[String(fields[1].drop { $0 == " " || $0 == "\t" })] = weight
        }
        return weights
    }
}
