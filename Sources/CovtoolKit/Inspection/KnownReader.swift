/// Programs that read drcov. Docs/drcov.md says what each needs.
public enum KnownReader: String, CaseIterable {
    case lighthouse, drcov2lcov, lightkeeper, cartographer, bncov, cutter, libafl

    /// Why none of them takes a trace that is not drcov.
    static func foreignReasons(_ trace: borrowing CheckedTrace) -> [String] {
        let format = "a \(trace.file.format.name), which covtool alone reads"
        return trace.file.isCompressed ? [format, "it is compressed"] : [format]
    }

    /// Why it would not take a drcov file as what it is, one reason each; none where it would.
    func reasons(_ file: FileFacts) -> [String] {
        let general = file.general
        if !general.isEmpty { return general }
        return switch self {
        case .lighthouse: ReaderNeeds.lighthouse(file)
        case .drcov2lcov: ReaderNeeds.drcov2lcov(file)
        case .lightkeeper: ReaderNeeds.lightkeeper(file)
        case .cartographer: ReaderNeeds.cartographer(file)
        case .bncov: ReaderNeeds.bncov(file)
        case .cutter: ReaderNeeds.cutter(file)
        case .libafl: ReaderNeeds.libAFL(file)
        }
    }
}
