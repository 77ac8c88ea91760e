// swift-tools-version: 6.2
import PackageDescription

// The plugin that Tests/Benchmarks/plugin measures, in regular and in Embedded Swift: a package that
// depends on this one like anybody's. One folder, which the other name links to.
let package = Package(
    name: "counting",
    products: [
        .library(name: "counting", type: .dynamic, targets: ["Counting"]),
        .library(name: "countingembedded", type: .dynamic, targets: ["CountingEmbedded"]),
    ],
    dependencies: [.package(name: "covtool", path: "../../..", traits: [])],
    targets: [
        .target(
            name: "Counting", dependencies: [.product(name: "QEMUPlugin", package: "covtool")]),
        .target(
            name: "CountingEmbedded",
            dependencies: [.product(name: "QEMUPluginEmbedded", package: "covtool")],
            swiftSettings: [.enableExperimentalFeature("Embedded")]),
    ]
)
