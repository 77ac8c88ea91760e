// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .strictMemorySafety()]
let fuzzer: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]

// Its internals are called, too.
let testable = strict + [.unsafeFlags(["-enable-testing"])]

// A package of its own: its sources are built with libFuzzer's and the address sanitizer's
// instrumentation, those of the readers among them.
let package = Package(
    name: "Fuzz",
    targets: [
        .systemLibrary(name: "CElfutils"),
        .systemLibrary(name: "CDemanglers"),
        .systemLibrary(name: "CZlib"),
        .target(name: "Trace", swiftSettings: strict),
        .target(name: "DRCov", dependencies: ["Trace"], swiftSettings: strict),
        .target(name: "Threading", swiftSettings: strict),
        .target(name: "CLoader"),
        .target(name: "CArchive", dependencies: ["CLoader"]),
        .target(name: "CCapstone", dependencies: ["CLoader"]),
        .target(name: "CProcess"),
        .target(name: "CSQLite", dependencies: ["CLoader"]),
        .target(name: "Folders", dependencies: ["Trace"], swiftSettings: strict),
        .target(
            name: "Replay", dependencies: ["CProcess", "Folders", "Trace"], swiftSettings: strict),
        .target(name: "MachineCode", dependencies: ["Trace"], swiftSettings: strict),
        .target(
            name: "Coverage", dependencies: ["MachineCode", "Threading", "Trace"],
            swiftSettings: strict),
        .target(
            name: "DebugInfo",
            dependencies: [
                "CDemanglers", "CElfutils", "Coverage", "MachineCode", "Threading", "Trace",
            ],
            swiftSettings: strict),
        .target(name: "ForeignTraces", dependencies: ["Trace"], swiftSettings: strict),
        .target(name: "Journal", dependencies: ["Trace"], swiftSettings: strict),
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
            swiftSettings: testable),
        .executableTarget(
            name: "FuzzTraces",
            dependencies: [
                "CovtoolKit", "Coverage", "DRCov", "ForeignTraces", "Journal", "MachineCode",
                "Reports", "Trace",
            ], swiftSettings: fuzzer),
        .executableTarget(
            name: "FuzzChanges", dependencies: ["Coverage", "Reports"], swiftSettings: fuzzer),
        .executableTarget(
            name: "FuzzTables", dependencies: ["Coverage", "DebugInfo"], swiftSettings: fuzzer),
    ]
)
