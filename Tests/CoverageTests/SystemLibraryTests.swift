import Coverage
import Testing
import Trace

@Suite struct SystemLibraryTests {
    /// Modules that ran, the program first.
    private func modules(_ paths: [String]) throws -> [ModuleCoverage] {
        let rows = paths.enumerated().map {
            Module(
                id: $0, start: UInt64($0) << 20, end: UInt64($0) << 20 + 4096, path: Array($1.utf8))
        }
        var collector = Collector()
        try collector.addList(
            Recording(
                format: TraceFormat("made up"), is32Bit: nil, modules: rows, blocks: .list([])))
        return try collector.profile().modules
    }

    private static let interpreter = "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"

    @Test(arguments: [
        ("/usr/lib/x86_64-linux-gnu/libm.so.6", true),
        ("/lib/i386-linux-gnu/libc-2.31.so", true),
        ("/usr/lib32/libz.so.1", true),
        ("/lib64/libz.so", true),
        ("/usr/lib/python3/dist-packages/a.cpython-311-x86_64-linux-gnu.so", true),
        (interpreter, true),
        ("/usr/lib/libz.so (replaced 0123ab)", true),
        ("/home/me/libmine.so (replaced)", false),
        ("/opt/app/ld-musl-x86_64.so.1", true),
        ("/usr/lib/tool/tool", false),
        ("/usr/lib/modules/6.1/kernel/a.ko", false),
        ("/usr/local/lib/libmine.so", false),
        ("/usr/libexec/tool.so", false),
        ("/home/me/lib/libmine.so.1", false),
        ("/usr/library/libmine.so", false),
        ("lib/libmine.so", false),
        ("[vdso]", false),
    ])
    func onThisMachine(_ path: String, _ isSystem: Bool) throws {
        let all = try modules(["/home/me/program", SystemLibraryTests.interpreter, path])
        #expect(SystemLibraries(of: all).contain(path) == isSystem)
    }

    @Test func belowAnotherRoot() throws {
        let root = "/home/me/lib/root"
        let paths = [
            "\(root)/bin/tool", "\(root)/lib/ld-linux-aarch64.so.1", "\(root)/usr/lib/liba.so",
        ]
        #expect(SystemLibraries(of: try modules(paths)).contain(paths[2]))
        // A static program, which loads it by itself.
        let alone = try modules([paths[0], paths[2]])
        #expect(!SystemLibraries(of: alone).contain(paths[2]))
        #expect(SystemLibraries(of: alone, roots: [root]).contain(paths[2]))
        #expect(!SystemLibraries(of: alone, roots: ["/home/me/lib"]).contain(paths[2]))
    }

    @Test func whatWasStartedIsAProgram() throws {
        let libc = "/usr/lib/x86_64-linux-gnu/libc.so.6"
        let started = SystemLibraries(of: try modules([libc, SystemLibraryTests.interpreter]))
        #expect(!started.contain(libc))
        #expect(started.contain(SystemLibraryTests.interpreter))
        let byInterpreter = SystemLibraries(
            of: try modules([SystemLibraryTests.interpreter, "/home/me/program", libc]))
        #expect(byInterpreter.contain(SystemLibraryTests.interpreter))
        #expect(byInterpreter.contain(libc))
    }
}
