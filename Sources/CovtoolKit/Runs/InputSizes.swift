/// How large the inputs are that traces were recorded of.
///
/// A trace does not say which input it is of. Its name does, if `covtool run --keep-traces` wrote it: the input's, with an
/// ending.
public struct InputSizes: Sendable {
    /// Bytes, by the name of the input's file.
    private var sizes: [String: Int] = [:]

    /// Of inputs that names stand for, as ``CorpusInputs`` takes them.
    ///
    /// - Throws: ``Failure`` where something is not there or cannot be read.
    public init(_ names: [String]) throws(Failure) {
        guard !names.isEmpty else { return }
        var ambiguous: Set<String> = []
        for input in try CorpusInputs(names).inputs {
            let (name, size) = (input.fileName, try input.size())
            if let other = sizes.updateValue(size, forKey: name), other != size {
                ambiguous.insert(name)
            }
        }
        for name in ambiguous { sizes[name] = nil }
    }

    /// The bytes of the input that the trace at a path is of; nil where that is not known.
    func size(ofTrace path: String) -> Int? {
        let name = FilePath.name(path)
        guard name.hasSuffix(".drcov") else { return nil }
        return sizes[String(name.dropLast(6))]
    }
}
