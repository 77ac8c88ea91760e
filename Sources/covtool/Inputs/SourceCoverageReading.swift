import Coverage

extension ElfOptions {
    /// The line and function coverage of the modules that are asked for.
    func sourceCoverage(of profile: Profile) throws(Failure) -> SourceCoverage {
        var coverage = SourceCoverage()
        try forEachModule(of: profile) { module, image, table in
            coverage.add(table, covered: AddressRanges(module.blocks, base: image.base))
        }
        return coverage
    }
}
