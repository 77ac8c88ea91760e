import ArgumentParser
import CovtoolKit
import Reports

#if canImport(Glibc)
    import Glibc
#endif

/// How text for people looks.
struct StyleOptions: ParsableArguments {
    enum When: String, CaseIterable, ExpressibleByArgument {
        case auto, always, never
    }

    @Option(
        name: [.customLong("colour"), .customLong("color")],
        help: ArgumentHelp(
            "Use colours: 'auto' means on a terminal, unless NO_COLOR is set.",
            valueName: "when"))
    var colour = When.auto

    /// The style of text for the file at `path`, nil and `-` being standard output.
    func style(for path: String?) -> TextStyle {
        let isTerminal = OutputFile.isTerminal(path)
        var style = StyleOptions.plainStyle(for: path)
        switch colour {
        case .auto: style.isColoured = isTerminal && StyleOptions.isColourWelcome
        case .always: style.isColoured = true
        case .never: break
        }
        // Who asks for colours will have a terminal read them in the end.
        style.isForTerminal = isTerminal || style.isColoured
        return style
    }

    /// The same without colours.
    static func plainStyle(for path: String?) -> TextStyle {
        var style = TextStyle()
        if OutputFile.isTerminal(path) {
            style.isForTerminal = true
            var size = winsize()
            if unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
                style.width = Int(size.ws_col)
            }
        }
        return style
    }

    private static var isColourWelcome: Bool {
        func variable(_ name: String) -> String {
            unsafe getenv(name).map { unsafe String(cString: $0) } ?? ""
        }
        return variable("NO_COLOR").isEmpty && !["", "dumb"].contains(variable("TERM"))
    }
}
