import QEMUPluginEmbedded

/// One line on standard error, from `libcov`.
struct Message {
    private var text = Text()

    init(_ words: StaticString) { text.append(words) }

    init(_ failure: Output.Failure) {
        text.append("cannot write ")
        text.append(failure.path.bytes)
        text.append(": ")
        text.append(failure.reason.text)
    }

    init(_ error: OptionError) {
        switch error {
        case .unknown(let argument):
            text.append("unknown option '")
            text.append(argument)
            text.append("'")
        case .emptyValue(let argument):
            text.append("option '")
            text.append(argument)
            text.append("' needs a value")
        }
    }

    /// The same message with a list of the options behind it.
    func listingOptions() -> Message {
        var longer = self
        longer.text.append("; options: ")
        longer.text.append(Options.list)
        return longer
    }

    /// Written by one call, so that lines of several processes do not mix.
    func print() {
        var line = Text()
        line.append("libcov: ")
        line.append(text.bytes)
        line.append("\n")
        StandardError.write(line.bytes)
    }
}
