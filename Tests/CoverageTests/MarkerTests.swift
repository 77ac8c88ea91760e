import Testing

@testable import Coverage

@Suite struct MarkerTests {
    private func markers(_ text: String) -> ExclusionMarkers {
        ExclusionMarkers(Array(text.utf8).span)
    }

    @Test func parts() {
        let found = markers(
            """
            a
            b // LCOV_EXCL_LINE
            c // LCOV_EXCL_START
            d LCOV_EXCL_LINE LCOV_UNREACHABLE_LINE
            e // LCOV_EXCL_STOP
            f LLCOV_EXCL_LINE
            LCOV_UNREACHABLE_START
            h
            LCOV_UNREACHABLE_STOP LCOV_EXCL_LIN
            """)
        #expect((1...9).filter { found.marks($0, as: .excluded) } == [2, 3, 4, 6])
        #expect((1...9).filter { found.marks($0, as: .unreachable) } == [4, 7, 8])
        #expect(found.misfits.isEmpty)
        #expect(found.lineCount == 9)
        #expect(markers("").isEmpty)
        #expect(markers("LCOV_EXCL_BR_LINE\n").isEmpty)
        // Wherever it stands, and whatever is before it.
        for before in 0..<12 {
            for letter in ["x", "L", "C", "O", "V", "_", "LCO", "LCOV"] {
                let text = String(repeating: letter, count: before) + "LCOV_EXCL_LINE"
                #expect(markers(text).marks(1, as: .excluded))
            }
        }
    }

    @Test func problems() {
        let found = markers(
            "LCOV_EXCL_STOP\nLCOV_EXCL_START\nLCOV_EXCL_START\nLCOV_EXCL_STOP LCOV_EXCL_START\n"
                + "\nLCOV_UNREACHABLE_START\n\n")
        #expect(
            found.misfits.map(\.reason) == [.neverStarted, .insideOf(line: 2), .neverStopped])
        #expect(found.misfits.map(\.line) == [1, 3, 6])
        #expect((1...9).filter { found.marks($0, as: .excluded) } == [2, 3])
        #expect((1...9).filter { found.marks($0, as: .unreachable) } == [6, 7, 8, 9])
    }

    /// Line 2 was added, and with line 5 the end of a part: that part was not marked before.
    @Test func markersOfTheVersionBefore() {
        let found = markers(
            "// LCOV_EXCL_LINE\nadded\n// LCOV_EXCL_START\n\n// LCOV_EXCL_STOP\n"
                + "// LCOV_EXCL_LINE\n// LCOV_EXCL_START\n\n// LCOV_EXCL_STOP\n")
        var mapping = LineMapping()
        let fits = [
            mapping.append(.init(old: 2..<2, new: 2..<3)),
            mapping.append(.init(old: 4..<4, new: 5..<6)),
        ]
        #expect(fits == [true, true])
        let old = found.before(mapping)
        #expect((1...9).filter { old.marks($0, as: .excluded) } == [1, 4, 5, 6])
        #expect(found.before(LineMapping()).marks(8, as: .excluded))
    }
}
