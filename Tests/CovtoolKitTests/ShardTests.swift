import Testing

@testable import CovtoolKit

/// Which part of a corpus a task takes.
struct ShardTests {
    private func shard(_ text: String, _ variables: [String: String] = [:]) throws -> String {
        let shard = try Shard(text: text) { variables[$0] }
        return "\(shard.number)/\(shard.count)"
    }

    private func refusal(_ text: String, _ variables: [String: String] = [:]) -> String {
        do throws(InvalidValue) {
            _ = try Shard(text: text) { variables[$0] }
            return ""
        } catch {
            return error.message
        }
    }

    @Test func numbersAreTakenAsTheyStand() throws {
        #expect(try shard("1/1") == "1/1")
        #expect(try shard("7/7") == "7/7")
        // What a scheduler says does not count then.
        #expect(try shard("2/8", ["CI_NODE_INDEX": "5", "CI_NODE_TOTAL": "5"]) == "2/8")
        for text in [
            "0/3", "4/3", "3", "/3", "3/", "-1/3", "1/3/3", "a/b", "", "1/0", "auto/0", "auto/",
            "autox",
        ] {
            #expect(!refusal(text).isEmpty, "\(text)")
        }
    }

    @Test func kubernetes() throws {
        #expect(try shard("auto/5", ["JOB_COMPLETION_INDEX": "0"]) == "1/5")
        #expect(try shard("auto/5", ["JOB_COMPLETION_INDEX": "4"]) == "5/5")
        #expect(refusal("auto", ["JOB_COMPLETION_INDEX": "0"]).contains("JOB_COMPLETION_INDEX"))
        #expect(refusal("auto", ["JOB_COMPLETION_INDEX": "0"]).contains("auto/N"))
        #expect(!refusal("auto/5", ["JOB_COMPLETION_INDEX": "5"]).isEmpty)
    }

    @Test func awsBatch() throws {
        let names = ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE")
        #expect(try shard("auto", [names.0: "0", names.1: "10"]) == "1/10")
        #expect(try shard("auto", [names.0: "9", names.1: "10"]) == "10/10")
        #expect(try shard("auto/10", [names.0: "9"]) == "10/10")
        #expect(refusal("auto", [names.0: "9"]).contains("\(names.1) is not set"))
        #expect(refusal("auto/4", [names.0: "3", names.1: "10"]).contains(names.1))
    }

    @Test func cloudRun() throws {
        let names = ("CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT")
        #expect(try shard("auto", [names.0: "0", names.1: "3"]) == "1/3")
        #expect(try shard("auto", [names.0: "2", names.1: "3"]) == "3/3")
        #expect(refusal("auto", [names.0: "2"]).contains("\(names.1) is not set"))
    }

    @Test func gitLab() throws {
        let names = ("CI_NODE_INDEX", "CI_NODE_TOTAL")
        #expect(try shard("auto", [names.0: "1", names.1: "3"]) == "1/3")
        #expect(try shard("auto", [names.0: "3", names.1: "3"]) == "3/3")
        #expect(refusal("auto", [names.0: "0", names.1: "3"]).contains("CI_NODE_INDEX is 0"))
        #expect(refusal("auto", [names.0: "1"]).contains("\(names.1) is not set"))
        // Without `parallel:`, GitLab sets the other one alone.
        #expect(refusal("auto", [names.1: "1"]).contains(names.0))
    }

    @Test func buildkite() throws {
        let names = ("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT")
        #expect(try shard("auto", [names.0: "0", names.1: "4"]) == "1/4")
        #expect(try shard("auto", [names.0: "3", names.1: "4"]) == "4/4")
        #expect(refusal("auto", [names.0: "3"]).contains("\(names.1) is not set"))
    }

    @Test func circleCI() throws {
        let names = ("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL")
        #expect(try shard("auto", [names.0: "0", names.1: "1"]) == "1/1")
        #expect(try shard("auto", [names.0: "2", names.1: "4"]) == "3/4")
        #expect(refusal("auto", [names.0: "2"]).contains("\(names.1) is not set"))
    }

    private func slurm(_ id: Int, _ first: Int, _ last: Int, step: Int = 1, count: Int) -> [String:
        String]
    {
        [
            "SLURM_ARRAY_TASK_ID": "\(id)", "SLURM_ARRAY_TASK_MIN": "\(first)",
            "SLURM_ARRAY_TASK_MAX": "\(last)", "SLURM_ARRAY_TASK_STEP": "\(step)",
            "SLURM_ARRAY_TASK_COUNT": "\(count)",
        ]
    }

    @Test func slurmArrays() throws {
        #expect(try shard("auto", slurm(1, 1, 8, count: 8)) == "1/8")
        #expect(try shard("auto", slurm(8, 1, 8, count: 8)) == "8/8")
        #expect(try shard("auto", slurm(0, 0, 7, count: 8)) == "1/8")
        #expect(try shard("auto", slurm(7, 0, 7, count: 8)) == "8/8")
        #expect(try shard("auto", slurm(30, 10, 40, step: 10, count: 4)) == "3/4")
        // --array=1,3,7 has tasks that are none of 1 to 3.
        #expect(refusal("auto", slurm(3, 1, 7, count: 3)).contains("SLURM_ARRAY_TASK_MAX is 7"))
        // One of eight that is submitted again, alone, would else take all inputs for its own.
        #expect(refusal("auto/8", slurm(3, 3, 3, count: 1)).contains("SLURM_ARRAY_TASK_COUNT is 1"))
        for name in ["SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT"] {
            var variables = slurm(1, 1, 8, count: 8)
            variables[name] = nil
            #expect(refusal("auto", variables).contains("\(name) is not set"))
        }
    }

    @Test func nothingAndTooMuchAreSaid() {
        #expect(refusal("auto").contains("SLURM_ARRAY_TASK_ID"))
        #expect(refusal("auto/3").contains("JOB_COMPLETION_INDEX"))
        let two = ["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "2", "JOB_COMPLETION_INDEX": "1"]
        #expect(refusal("auto", two).contains("JOB_COMPLETION_INDEX and CI_NODE_INDEX"))
        let bad = ["CI_NODE_INDEX": "one", "CI_NODE_TOTAL": "2"]
        #expect(refusal("auto", bad).contains("CI_NODE_INDEX is 'one'"))
    }

    /// Each input is in one shard, whichever others there are, and shards are about as large.
    @Test(arguments: [1, 2, 3, 7, 64]) func everyInputIsInOne(count: Int) throws {
        var inputs = (0..<2000).map { Array("\($0)".utf8) }
        // Inputs that have much in common.
        inputs += (0..<2000).map { [UInt8](repeating: 0, count: $0) }
        inputs += (0..<2000).map { [2 &* UInt8(truncatingIfNeeded: $0), UInt8($0 / 256), 7] }
        let shards = try (1...count).map { number in
            try Shard(text: "\(number)/\(count)") { _ in nil }
        }
        var sizes = [Int](repeating: 0, count: count)
        for input in inputs {
            let identity = ContentIdentity(of: input)
            let found = shards.indices.filter { shards[$0].contains(identity) }
            try #require(found.count == 1)
            sizes[found[0]] += 1
        }
        let even = inputs.count / count
        for size in sizes { #expect(size > even / 2 && size < even * 2) }
    }
}
