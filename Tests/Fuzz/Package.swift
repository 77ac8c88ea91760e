// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .strictMemorySafety()]
let fuzzer: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]

// What of the command-line tool works on traces and knows neither arguments nor ELF files.
let covtool = [
    "Diagnostics", "Failure", "Hex", "Inputs/FileBytes", "Inputs/FileDamage",
    "Inputs/FilePath", "Inputs/GzipReader", "Inputs/JournalReading", "Inputs/ReadBuffer",
    "Inputs/StandardInput", "Inputs/StoredBytes", "Inputs/TraceFile", "Inputs/TraceReaders",
    "Looking/CheckedTrace", "Looking/DumpText", "Looking/FileFacts", "Looking/InfoJSON",
    "Looking/InfoText",
    "Looking/KnownReader", "Looking/ReaderNeeds", "Looking/RecordingSummary",
    "Looking/RepairedRecording", "Outputs/OutputFile",
    "Outputs/TraceTables", "Recovering/JournalEnd", "Recovering/JournalName",
    "Recovering/RecordingProcess", "Warnings", "Working/Interruption",
]

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
        .target(name: "Journal", dependencies: ["Trace"], swiftSettings: strict),
        .target(name: "Reports", dependencies: ["Coverage", "Trace"], swiftSettings: strict),
        .executableTarget(
            name: "FuzzTraces",
            dependencies: [
                "CZlib", "Coverage", "DRCov", "Journal", "MachineCode", "Reports", "Trace",
            ],
            sources: [
                "Choice.swift", "FuzzTraces.swift", "Layers.swift", "Lines.swift", "Looking.swift",
                "Outputs.swift", "PackedJournal.swift",
            ] + covtool.map { "covtool/\($0).swift" }, swiftSettings: fuzzer),
        .executableTarget(
            name: "FuzzTables", dependencies: ["Coverage", "DebugInfo"], swiftSettings: fuzzer),
    ]
)
