/// The files in `Assets`, which the build puts into the program.
enum PageAssets {
    static var style: [UInt8] { PackageResources.covtool_css }
    static var script: [UInt8] { PackageResources.covtool_js }
}
