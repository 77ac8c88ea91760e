// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .strictMemorySafety()]
let fuzzer: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]

// A package of its own: its sources are built with libFuzzer's and the address sanitizer's
// instrumentation, those of the readers among them.
let package = Package(
    name: "Fuzz",
    targets: [
        .systemLibrary(name: "CElfutils"),
        .systemLibrary(name: "CDemanglers"),
        .target(name: "DRCov", swiftSettings: strict),
        .target(name: "Threading", swiftSettings: strict),
        .target(name: "Coverage", dependencies: ["DRCov"], swiftSettings: strict),
        .target(
            name: "DebugInfo", dependencies: ["CDemanglers", "CElfutils", "Coverage", "Threading"],
            swiftSettings: strict),
        .executableTarget(name: "FuzzReader", dependencies: ["DRCov"], swiftSettings: fuzzer),
        .executableTarget(
            name: "FuzzTables", dependencies: ["Coverage", "DebugInfo"], swiftSettings: fuzzer),
    ]
)
