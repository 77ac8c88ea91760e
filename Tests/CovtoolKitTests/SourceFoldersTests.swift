import Testing

@testable import CovtoolKit

#if canImport(Glibc)
    import Glibc
#endif

/// Sources are read from the folders that the user named, and from no other place.
@Suite struct SourceFoldersTests {
    private let folder = TemporaryFolder()

    private func text(_ path: String, in folders: [String]) throws -> String {
        let sources = try SourceFolders(folders.map { folder[$0] })
        return String(decoding: try sources.bytes(of: path), as: UTF8.self)
    }

    private func absence(_ path: String, in folders: [String]) throws -> String? {
        let sources = try SourceFolders(folders.map { folder[$0] })
        do throws(SourceFolders.Absence) {
            _ = try sources.bytes(of: path)
            return nil
        } catch {
            return error.text
        }
    }

    @Test func pathsAreTriedWholeThenWithoutTheirFirstFolders() throws {
        folder.write("1", to: "src/lib/a.c")
        folder.write("2", to: "src/a.c")
        #expect(try text(folder["src/lib/a.c"], in: ["src"]) == "1")
        #expect(try text("/build/machine/lib/a.c", in: ["src"]) == "1")
        #expect(try text("/build/machine/other/a.c", in: ["src"]) == "2")
        #expect(try text("/build/./x/../lib//a.c", in: ["src"]) == "1")
        // One folder after the other, for each length.
        folder.write("3", to: "more/lib/a.c")
        #expect(try text("/build/lib/a.c", in: ["more", "src"]) == "3")
        #expect(try text("/build/lib/a.c", in: ["src", "more"]) == "1")
    }

    @Test func nothingElseIsRead() throws {
        folder.write("secret", to: "secret.c")
        folder.write("", to: "src/b.c")
        folder.link("src/out.c", to: "../secret.c")
        folder.link("src/etc", to: "/etc")
        folder.link("src/in.c", to: "b.c")
        #expect(try absence("out.c", in: ["src"])?.hasPrefix("is a link that leads out") == true)
        #expect(try absence("etc/passwd", in: ["src"])?.hasPrefix("is a link") == true)
        #expect(try absence("in.c", in: ["src"]) == nil)
        #expect(try absence("../secret.c", in: ["src"])?.hasPrefix("is in none") == true)
        #expect(try absence(folder["secret.c"], in: ["src"])?.hasPrefix("is in none") == true)
        // A folder of which the name is only the beginning.
        folder.write("", to: "src-old/c.c")
        folder.link("src/c.c", to: "../src-old/c.c")
        #expect(try absence("c.c", in: ["src"])?.hasPrefix("is a link that leads out") == true)
    }

    @Test func onlyRegularFilesAreOpened() throws {
        folder.write("", to: "src/sub/b.c")
        #expect(unsafe mkfifo(folder["src/pipe.c"], 0o600) == 0)
        #expect(try absence("pipe.c", in: ["src"]) == "is not a regular file")
        #expect(try absence("sub", in: ["src"]) == "is not a regular file")
        #expect(unsafe truncate(folder["src/sub/b.c"], 64 << 20 + 1) == 0)
        #expect(try absence("b.c", in: ["src/sub"]) == "has more than 64 MiB")
        #expect(try absence("b.c", in: [])?.hasPrefix("no folder with sources is named") == true)
    }

    @Test func foldersAreThere() {
        folder.write("", to: "file")
        for name in ["none", "file"] {
            let failure = failure { () throws(Failure) in
                _ = try SourceFolders([folder[name]])
            }
            #expect(failure?.status == .missingInput)
        }
    }
}
