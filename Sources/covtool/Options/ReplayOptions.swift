import ArgumentParser
import CovtoolKit

/// How a run over a corpus is divided, in time and among machines.
struct ReplayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep what was done in this folder, so that --resume can go on with it.",
            valueName: "folder"),
        completion: .directory)
    var state: String?

    @Flag(
        help: """
            Go on where an earlier run with the same --state was ended: what it has run is not run again.
            """)
    var resume = false

    @Option(
        help: ArgumentHelp(
            "Run a part of the inputs, as 2/8, or by what a scheduler's variables say: auto, or auto/8.",
            discussion: """
                The inputs are divided by what is in them. The results of all shards merge to what \
                one machine would have. auto/8 says how many there are where the scheduler does not.
                """, valueName: "shard"),
        transform: { text in
            try checked(text) { (text) throws(InvalidValue) in
                try Shard(text: text, variable: Shard.environment)
            }
        })
    var shard: Shard?

    @Option(
        name: [.customLong("minimise-to"), .customLong("minimize-to")],
        help: ArgumentHelp(
            "Copy few inputs that together reach all blocks into this folder, which must be new or empty.",
            discussion: "Of inputs that reach the same, the smaller ones are chosen.",
            valueName: "folder"),
        completion: .directory)
    var minimiseTo: String?

    @Flag(
        help: ArgumentHelp(
            "Beside a running fuzzer: run the inputs that come, until Ctrl-C, and keep the results current.",
            discussion: """
                The merged trace and the status file are written anew once a second at most. Ctrl-C, \
                and SIGTERM, end it with exit status 0.
                """))
    var live = false

    @Option(
        help: ArgumentHelp(
            "End --live after this time: milliseconds, or seconds as '5s'.", valueName: "time"),
        transform: { try checked($0, TimeLimit.init(text:)) })
    var liveFor: TimeLimit?

    /// Whether inputs come while others are run.
    var isLive: Bool { live || liveFor != nil }

    func validate() throws {
        if resume, state == nil {
            throw ValidationError("--resume goes on with the state in a folder: add --state FOLDER")
        }
    }
}
