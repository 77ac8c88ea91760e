import Coverage

/// The names of one file's functions. Readers of a tracefile know a function by its name alone, so two
/// of one name, which C allows in different places that include a file, would become one: the later
/// ones have their line behind the name.
struct FunctionNames {
    /// In the functions' order.
    let texts: [String]

    /// - Parameter written: what of a name a record can hold.
    init(_ functions: [SourceCoverage.Function], written: (String) -> String) {
        var taken = Set<String>(minimumCapacity: functions.count)
        texts = functions.map { function in
            let name = written(function.linkageName)
            var text = name
            var number = 1
            while !taken.insert(text).inserted {
                text = "\(name):\(function.line)" + (number > 1 ? ":\(number)" : "")
                number += 1
            }
            return text
        }
    }
}
