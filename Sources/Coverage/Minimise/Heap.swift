/// A binary heap: the first element is the best.
struct Heap<Element> {
    private var elements: [Element] = []
    private let isBetter: (Element, Element) -> Bool

    init(_ isBetter: @escaping (Element, Element) -> Bool) { self.isBetter = isBetter }

    var first: Element? { elements.first }

    var isEmpty: Bool { elements.isEmpty }

    mutating func insert(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBetter(elements[child], elements[parent]) else { return }
            elements.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let first = elements.first else { return last }
        elements[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < elements.count && isBetter(elements[child], elements[best]) {
                best = child
            }
            guard best != parent else { return first }
            elements.swapAt(parent, best)
            parent = best
        }
    }
}
