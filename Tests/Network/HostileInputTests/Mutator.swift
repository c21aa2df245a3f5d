import Numbers

/// Changes inputs as fuzzers do, the same way for the same seed.
struct Mutator {
    private var random: SplitMix64
    /// Inputs to start from.
    private let seeds: [[UInt8]]

    /// Numbers at which arithmetic goes wrong.
    private static let edges: [UInt8] = [0, 1, 2, 7, 0x0F, 0x10, 0x7F, 0x80, 0xFE, 0xFF]

    init(seeds: some Sequence<[UInt8]>, seed: UInt64) {
        self.seeds = Array(seeds)
        random = SplitMix64(seed: seed)
    }

    /// One of the seeds after one to eight changes.
    /// - Parameter keepingFirst: whether the first byte, which chooses the door, stays.
    mutating func next(keepingFirst: Bool = false) -> [UInt8] {
        let seed = seeds[below(seeds.count)]
        var input = seed
        for _ in 0...below(8) { change(&input) }
        if keepingFirst { input = Array(seed.prefix(1) + input.dropFirst()) }
        return input
    }

    private mutating func change(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return input.append(UInt8(below(256))) }
        let place = below(input.count)
        let part = place..<min(input.count, place + 1 + below(16))
        switch below(8) {
        case 0: input[place] ^= 1 << below(8)
        case 1: input[place] = UInt8(below(256))
        case 2: for index in part { input[index] = Self.edges[below(Self.edges.count)] }
        case 3: input.removeSubrange(part)
        case 4: input.insert(contentsOf: input[part], at: place)
        case 5: input.insert(contentsOf: (0...below(16)).map { _ in UInt8(below(256)) }, at: place)
        case 6: input.removeSubrange(place...)
        default:
            let other = seeds[below(seeds.count)]
            input.replaceSubrange(place..., with: other[below(other.count)...])
        }
    }

    private mutating func below(_ bound: Int) -> Int { random.below(bound) }
}
