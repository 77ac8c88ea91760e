import Coverage

/// The names of one file's functions. Readers of tracefiles and of Cobertura know a function by its name alone, so
/// two of one name, which C allows in different places that include a file, would become one: the later
/// ones have their line behind the name.
struct FunctionNames {
    /// In the functions' order.
    let texts: [String]

    /// - Parameter written: a function's name as the report can hold it.
    init(_ functions: [SourceCoverage.Function], written: (SourceCoverage.Function) -> String) {
        var taken = Set<String>(minimumCapacity: functions.count)
        texts = functions.map { function in
            let name = written(function)
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
