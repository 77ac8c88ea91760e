import QEMUPluginEmbedded

/// Where in the guest (Fixtures/guests/known) things are.
struct Settings {
    var called: UInt64 = 0
    var asked: UInt64 = 0
    var skipped: UInt64 = 0
    var landing: UInt64 = 0
    var word: UInt64 = 0
    var changed: UInt64 = 0
    var changedPhysical: UInt64 = 0
    /// Of the guest `events`: how often it came there is told with what its vCPU does.
    var mark: UInt64 = 0
    /// Nanoseconds at which the clock is set.
    var clock: Int64 = 0
    /// Whether the plugin is to be uninstalled in the middle.
    var uninstalls = false
    /// Whether all system calls' names are told.
    var names = false

    private static func place(
        _ name: StaticString, _ set: @escaping @Sendable (inout Settings, UInt64) -> Void
    ) -> Argument<Settings> {
        .number(name, in: 1...UInt64.max, "an address", set: set)
    }

    static var arguments: [Argument<Settings>] {
        [
            place("called") { $0.called = $1 },
            place("asked") { $0.asked = $1 },
            place("skipped") { $0.skipped = $1 },
            place("landing") { $0.landing = $1 },
            place("word") { $0.word = $1 },
            place("changed") { $0.changed = $1 },
            place("physical") { $0.changedPhysical = $1 },
            place("mark") { $0.mark = $1 },
            .number("clock", in: 1...Int64.max, "nanoseconds") { $0.clock = $1 },
            .flag("table", "of system calls") { $0.names = $1 },
            .flag("uninstall", "in the middle") { $0.uninstalls = $1 },
        ]
    }
}
