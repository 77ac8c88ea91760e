import Testing

@testable import CovtoolKit

/// Another machine's file system below a folder.
@Suite struct SysrootTests {
    private let folder = TemporaryFolder()

    private func path(_ path: String) -> String {
        let found = Sysroot(folder["root"]).path(path)
        let prefix = folder["root"]
        return found.hasPrefix(prefix) ? String(found.dropFirst(prefix.count)) : "outside: \(found)"
    }

    init() {
        folder.write("", to: "root/usr/lib/libc.so.6")
        folder.write("", to: "secret")
    }

    @Test func pathsAreBelowTheRoot() {
        #expect(path("/usr/lib/libc.so.6") == "/usr/lib/libc.so.6")
        #expect(path("/usr//./lib/") == "/usr/lib")
        #expect(path("/") == "/")
        #expect(path("/not/there") == "/not/there")
    }

    @Test func linksLeadWhereTheyWouldThere() {
        folder.link("root/lib", to: "usr/lib")
        folder.link("root/lib64", to: "/usr/lib")
        folder.link("root/usr/lib/libc.so", to: "libc.so.6")
        folder.link("root/usr/up", to: "../lib64/libc.so")
        #expect(path("/lib/libc.so.6") == "/usr/lib/libc.so.6")
        #expect(path("/lib64/libc.so") == "/usr/lib/libc.so.6")
        #expect(path("/usr/up") == "/usr/lib/libc.so.6")
        folder.link("root/usr/lib/all", to: "/usr")
        #expect(path("/usr/lib/all/lib") == "/usr/lib")
    }

    @Test func nothingLeadsOut() {
        folder.link("root/above", to: "../secret")
        folder.link("root/usr/far", to: "../../../../../../secret")
        folder.link("root/absolute", to: folder["secret"])
        #expect(path("/../secret") == "/secret")
        #expect(path("/above") == "/secret")
        #expect(path("/usr/far") == "/secret")
        #expect(path("/absolute") == folder["secret"])
        #expect(path("/usr/../../../secret") == "/secret")
    }

    @Test func loopsEnd() {
        folder.link("root/a", to: "b")
        folder.link("root/b", to: "/a")
        folder.link("root/self", to: "self/more")
        for name in ["/a", "/self"] { #expect(!path(name).hasPrefix("outside")) }
    }

    /// The own file system's root is a sysroot like others.
    @Test func theRootItself() {
        #expect(Sysroot("/").path("/nowhere/file") == "/nowhere/file")
    }

    @Test func modulesAreLookedForThereFirst() {
        let folders = ElfFolders(sysroot: folder["root"])
        #expect(folders.path(ofModule: "/usr/lib/libc.so.6") == folder["root/usr/lib/libc.so.6"])
        // What is not there may still be this machine's.
        #expect(folders.path(ofModule: "/usr/bin/tool") == "/usr/bin/tool")
        #expect(ElfFolders().path(ofModule: "/usr/lib/libc.so.6") == "/usr/lib/libc.so.6")
    }
}
