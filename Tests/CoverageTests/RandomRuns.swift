import Coverage
import Trace

/// Runs of made-up programs, by a seed.
struct RandomRuns {
    private var state: UInt64
    static let paths = ["/bin/program", "/lib/first.so", "/lib/second.so", "/lib32/first.so"]

    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    mutating func shuffled<Element>(_ list: [Element]) -> [Element] {
        var list = list
        for index in list.indices.dropFirst() { list.swapAt(index, next(index + 1)) }
        return list
    }

    /// A run: some of the modules, anywhere and in any order, and blocks in any order, some twice.
    mutating func recording() -> Recording {
        let ids = shuffled(Array(0..<RandomRuns.paths.count)).prefix(
            1 + next(RandomRuns.paths.count))
        var base: UInt64 = 0
        var modules: [Module] = []
        for (id, path) in ids.enumerated() {
            base += UInt64(1 + next(100)) << 16
            modules.append(
                Module(
                    id: id, start: base, end: base + 0x1000 * UInt64(path + 1),
                    entry: base + 0x10, path: Array(RandomRuns.paths[path].utf8)))
        }
        var blocks: [Block] = []
        for _ in 0..<next(60) {
            let module = next(10) == 0 ? Block.noModule : UInt16(next(modules.count))
            blocks.append(
                Block(start: UInt32(next(40)), size: UInt16(1 + next(3)), module: module))
        }
        return Recording(
            format: TraceFormat("made up"), is32Bit: false, modules: modules, blocks: .list(blocks))
    }

    mutating func recordings(_ count: Int) -> [Recording] { (0..<count).map { _ in recording() } }
}

/// A block as anyone would write it down; a set of them is the model that covtool's is held against.
struct PlainBlock: Hashable {
    var path: String?
    var offset: UInt64
    var size: UInt16
}

extension Recording {
    var plainBlocks: [PlainBlock] {
        guard case .list(let list) = blocks else { return [] }
        return list.map { block in
            let path =
                block.module == Block.noModule
                ? nil : String(decoding: modules[Int(block.module)].path, as: UTF8.self)
            return PlainBlock(path: path, offset: UInt64(block.start), size: block.size)
        }
    }
}

extension Profile {
    var plainBlocks: [PlainBlock] {
        modules.flatMap { module in
            module.blocks.elements.map {
                PlainBlock(path: module.path, offset: $0.offset, size: $0.size)
            }
        } + outside.elements.map { PlainBlock(path: nil, offset: $0.offset, size: $0.size) }
    }
}
