import Coverage

/// Few of many runs that have all their blocks, of runs whose blocks an index has numbered.
struct RunCover {
    /// The chosen runs by number, the one that adds most first.
    let chosen: [SetCover.Choice]
    /// The same before superfluous ones were taken out.
    let greedy: [SetCover.Choice]
    /// All runs: after those that add something, the others.
    let ranked: [SetCover.Choice]

    /// - Parameter runs: what each has that not all have; nil for one that could not be read.
    init(of runs: [SetCover.Run?], _ index: RunIndex) {
        let cover = SetCover(runs.compactMap(\.self), bound: index.bound)
        // The cover's runs are those that could be read.
        let numbers = runs.indices.filter { runs[$0] != nil }
        let byPlace = numbers.sorted { (runs[$0]?.place ?? 0) < (runs[$1]?.place ?? 0) }
        func renumbered(_ choices: [SetCover.Choice]) -> [SetCover.Choice] {
            var choices = choices.map { SetCover.Choice(run: numbers[$0.run], added: $0.added) }
            // What all have comes with the first, whichever that is.
            if choices.isEmpty, index.commonCount > 0, let first = byPlace.first {
                choices.append(SetCover.Choice(run: first, added: 0))
            }
            if !choices.isEmpty { choices[0].added += index.commonCount }
            return choices
        }
        let found = cover.greedy()
        let greedy = renumbered(found)
        self.greedy = greedy
        chosen = renumbered(cover.pruned(found))
        let isRanked = Set(greedy.map(\.run))
        ranked =
            greedy
            + byPlace.filter { !isRanked.contains($0) }
            .map { SetCover.Choice(run: $0, added: 0) }
    }
}
