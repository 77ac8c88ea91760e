// swift-tools-version: 6.2
import PackageDescription

// Every target is held to the same rules: strict memory safety, and no warning passes.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
]

// Embedded Swift needs nothing but libc, which is what a plugin inside QEMU can afford. An Embedded
// module cannot import a regular one, so what both worlds need is built twice from one folder: the
// folders ending in "Embedded" are symbolic links.
let embedded = strict + [.enableExperimentalFeature("Embedded")]

// A release has Swift's libraries in it, so that it runs where there is no Swift. The option of the same
// name, --static-swift-stdlib, is for all targets, and there is no Embedded Swift beside the static
// libraries. The two named ones are what FoundationEssentials, which the argument parser needs, stands on.
// lld comes with Swift, so that it is one linker everywhere; others warn of FoundationEssentials' own mktemp.
let installable = LinkerSetting.unsafeFlags(
    [
        "-static-stdlib", "-l_FoundationCShims", "-l_FoundationCollections",
        "-Xlinker", "--strip-all", "-use-ld=lld",
    ], .when(configuration: .release))

// What `covtool --version` says of its build. The commit is not asked of git here: what a manifest gives is kept for as
// long as the manifest and the environment stay the same, whatever is committed meanwhile.
let commit = ["COVTOOL_COMMIT"].compactMap { name in
    Context.environment[name].map { CSetting.define(name, to: $0) }
}
// A build of Tests/Release, which links libarchive into covtool.
let packaged =
    Context.environment["COVTOOL_PACKAGED"] == nil ? [] : [CSetting.define("COVTOOL_PACKAGED")]

// Plugins to learn from, each a library of its own.
let examples = [
    "InstructionLog", "SystemCallLog", "HotBlocks", "MemoryTrace", "RegisterWatch", "BranchEdges",
    "CallTrace", "SystemCallCounts",
]

let package = Package(
    name: "covtool",
    products: [
        .library(name: "cov", type: .dynamic, targets: ["CoveragePlugin"]),
        .executable(name: "covtool", targets: ["covtool"]),
        .library(name: "QEMUPlugin", targets: ["QEMUPlugin"]),
        .library(name: "QEMUPluginEmbedded", targets: ["QEMUPluginEmbedded"]),
        // Not for others: what the tests load.
        .library(name: "everyfunction", type: .dynamic, targets: ["EveryFunction"]),
        .executable(name: "instructions", targets: ["Instructions"]),
        .library(name: "misuses", type: .dynamic, targets: ["Misuses"]),
    ] + examples.map { .library(name: $0.lowercased(), type: .dynamic, targets: [$0]) },
    traits: [
        .default(enabledTraits: ["CommandLine"]),
        .trait(
            name: "CommandLine",
            description:
                "What covtool needs and the libraries do not: a package that reads arguments."
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // The plugin.
        .target(name: "CHost"),
        .target(name: "CQEMUPlugin", dependencies: ["CHost"]),
        .target(
            name: "QEMUPlugin", dependencies: ["CHost", "CQEMUPlugin"], swiftSettings: strict),
        .target(
            name: "QEMUPluginEmbedded", dependencies: ["CHost", "CQEMUPlugin"],
            swiftSettings: embedded),
        // It writes; with reading the plugin would be a quarter larger.
        .target(name: "TraceEmbedded", exclude: ["Recording"], swiftSettings: embedded),
        .target(
            name: "DRCovEmbedded", dependencies: ["TraceEmbedded"], exclude: ["Reading"],
            swiftSettings: embedded),
        .target(
            name: "JournalEmbedded", dependencies: ["TraceEmbedded"], exclude: ["Reading"],
            swiftSettings: embedded),
        .target(
            name: "MachineCodeEmbedded", exclude: ["Files", "Tables"], swiftSettings: embedded),
        .target(
            name: "CoveragePlugin",
            dependencies: [
                "CHost", "CQEMUPlugin", "DRCovEmbedded", "JournalEmbedded", "MachineCodeEmbedded",
                "QEMUPluginEmbedded", "TraceEmbedded",
            ],
            swiftSettings: embedded),

        // Plugins for tests; the examples are further below.
        .target(
            name: "EveryFunction", dependencies: ["QEMUPluginEmbedded"],
            path: "Tests/Plugins/EveryFunction", swiftSettings: embedded),
        .target(
            name: "Misuses", dependencies: ["QEMUPluginEmbedded"], path: "Tests/Plugins/Misuses",
            swiftSettings: embedded),

        // What a test compares with objdump.
        .executableTarget(
            name: "Instructions", dependencies: ["MachineCode"], path: "Tests/Instructions",
            swiftSettings: strict),

        // The command-line tool.
        .systemLibrary(
            name: "CElfutils", providers: [.apt(["libdw-dev", "libelf-dev", "zlib1g-dev"])]),
        .systemLibrary(name: "CDemanglers", providers: [.apt(["libiberty-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLoader"),
        .target(name: "CArchive", dependencies: ["CLoader"], cSettings: packaged),
        .target(name: "CBuild", cSettings: commit + packaged),
        .target(name: "CCapstone", dependencies: ["CLoader"]),
        .target(name: "CProcess"),
        .target(name: "CSQLite", dependencies: ["CLoader"]),
        .target(name: "Trace", swiftSettings: strict),
        .target(name: "DRCov", dependencies: ["Trace"], swiftSettings: strict),
        .target(name: "ForeignTraces", dependencies: ["Trace"], swiftSettings: strict),
        .target(name: "Journal", dependencies: ["Trace"], swiftSettings: strict),
        .target(name: "MachineCode", dependencies: ["Trace"], swiftSettings: strict),
        .target(
            name: "Coverage", dependencies: ["MachineCode", "Threading", "Trace"],
            swiftSettings: strict),
        .target(name: "Threading", swiftSettings: strict),
        .target(name: "Folders", dependencies: ["Trace"], swiftSettings: strict),
        .target(
            name: "Replay", dependencies: ["CProcess", "Folders", "Trace"], swiftSettings: strict),
        .target(
            name: "DebugInfo",
            dependencies: [
                "CDemanglers", "CElfutils", "Coverage", "MachineCode", "Threading", "Trace",
            ],
            swiftSettings: strict),
        .target(
            name: "Reports", dependencies: ["Coverage", "Trace"],
            resources: [
                .embedInCode("HTML/Assets/covtool.css"), .embedInCode("HTML/Assets/covtool.js"),
            ], swiftSettings: strict),
        .target(
            name: "CovtoolKit",
            dependencies: [
                "CArchive", "CCapstone", "CLoader", "CSQLite", "CZlib", "Coverage", "DRCov",
                "DebugInfo",
                "Folders", "ForeignTraces", "Journal", "MachineCode", "Replay", "Reports",
                "Threading", "Trace",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "covtool",
            dependencies: [
                "CBuild", "CovtoolKit", "Coverage", "DRCov", "DebugInfo", "Folders", "Replay",
                "Reports", "Threading", "Trace",
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser",
                    condition: .when(traits: ["CommandLine"])),
            ],
            swiftSettings: strict, linkerSettings: [installable]),

        // Units; Tests/EndToEnd runs the products themselves.
        .testTarget(name: "TraceTests", dependencies: ["Trace"], swiftSettings: strict),
        .testTarget(name: "DRCovTests", dependencies: ["DRCov", "Trace"], swiftSettings: strict),
        .testTarget(
            name: "ForeignTracesTests", dependencies: ["ForeignTraces", "Trace"],
            swiftSettings: strict),
        .testTarget(
            name: "JournalTests", dependencies: ["Journal", "Trace"], swiftSettings: strict),
        .testTarget(
            name: "CoverageTests", dependencies: ["Coverage", "DRCov", "MachineCode", "Trace"],
            swiftSettings: strict),
        .testTarget(
            name: "MachineCodeTests", dependencies: ["MachineCode"], swiftSettings: strict),
        .testTarget(
            name: "DebugInfoTests", dependencies: ["CElfutils", "Coverage", "DebugInfo"],
            swiftSettings: strict),
        .testTarget(
            name: "CovtoolKitTests",
            dependencies: ["Coverage", "CovtoolKit", "DRCov", "Folders", "Reports", "Trace"],
            swiftSettings: strict),
        .testTarget(
            name: "ReportsTests", dependencies: ["Reports", "Coverage"], swiftSettings: strict),
    ]
        + examples.map {
            .target(
                name: $0, dependencies: ["QEMUPluginEmbedded"], path: "Sources/Examples/\($0)",
                swiftSettings: embedded)
        }
)
