import ArgumentParser

/// How a command takes traces that are damaged.
struct StrictOption: ParsableArguments {
    @Flag(
        help:
            "Refuse a damaged trace; without it, it is used as far as it is sound, with a warning."
    )
    var strict = false
}
