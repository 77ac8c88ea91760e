// swift-tools-version: 6.2
import PackageDescription

// A package of its own: its sources are built with libFuzzer's and the address sanitizer's
// instrumentation, the reader's among them.
let package = Package(
    name: "Fuzz",
    targets: [
        .target(name: "DRCov", swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]),
        .executableTarget(
            name: "FuzzReader", dependencies: ["DRCov"],
            swiftSettings: [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]),
    ]
)
