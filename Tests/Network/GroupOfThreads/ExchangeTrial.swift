import Collective
import Numbers

/// What any exchange must do, as each member of a group tries it: in threads and in processes.
package enum ExchangeTrial {
    /// Values of `rank` that are hard to add: large and small ones, so that the order of sums shows.
    package static func values(_ rank: Int, count: Int) -> [Float] {
        var random = SplitMix64(seed: UInt64(rank) + 1)
        return (0..<count).map { index in
            let fraction = Float(Int64(bitPattern: random.next()) >> 40) / Float(1 << 23)
            return fraction * (index % 3 == 0 ? 1e6 : 1e-3)
        }
    }

    /// The mean over `ranks`, added up in their order.
    package static func mean(_ ranks: [Int], count: Int) -> [Float] {
        let all = ranks.map { values($0, count: count) }
        return (0..<count).map { index in all.dropFirst().reduce(all[0][index]) { $0 + $1[index] } / Float(ranks.count)
        }
    }

    /// The mean of values that travel as bfloat16 is within two roundings of eight bits.
    private static func isNear(_ rounded: [Float], _ ranks: [Int]) -> Bool {
        let count = rounded.count
        let all = ranks.map { values($0, count: count) }
        let largest = (0..<count).map { index in all.map { abs($0[index]) }.max() ?? 0 }
        return zip(zip(rounded, mean(ranks, count: count)), largest).allSatisfy { pair, largest in
            pair.0.bitPattern & 0xFFFF == 0 && abs(pair.0 - pair.1) <= largest / 128
        }
    }

    /// Sizes on both sides of where a sum is cut into parts, and ones that no number of ranks divides.
    package static let sizes = [1, 7, 4096, 4097, 100_003]

    /// - Returns: what is wrong, in lines.
    package static func run(_ exchange: any Exchange) -> [String] {
        let group = ProcessGroup(exchange)
        let ranks = Array(0..<group.count)
        var faults: [String] = []
        func expect(_ isRight: Bool, _ what: String) { if !isRight { faults.append("rank \(group.rank): \(what)") } }
        func sums(_ adding: [Int]) {
            group.add(only: ranks.map(adding.contains))
            for size in sizes {
                var mine = values(group.rank, count: size)
                mine.withUnsafeMutableBufferPointer { group.average($0) }
                expect(mine == mean(adding, count: size), "the mean of \(size) values over \(adding)")
                var rounded = values(group.rank, count: size)
                rounded.withUnsafeMutableBufferPointer { group.averageRounded($0) }
                expect(isNear(rounded, adding), "the rounded mean of \(size) values over \(adding)")
                let bits = group.all(rounded.withUnsafeBytes { Array($0) })
                expect(bits.allSatisfy { $0 == bits[0] }, "the rounded mean of \(size) values has the same bits")
                let gathered = [Float](unsafeUninitializedCapacity: size * adding.count) { all, count in
                    values(group.rank, count: size).withUnsafeBufferPointer { mine in
                        group.gather(mine, into: UnsafeMutableBufferPointer(rebasing: all[..<(size * adding.count)]))
                    }
                    count = size * adding.count
                }
                expect(gathered == adding.flatMap { values($0, count: size) }, "\(size) values of \(adding)")
            }
        }
        sums(ranks)
        var odd: [Float] = group.rank == 0 ? [.nan, 1, .infinity] : [1, 1, 1]
        odd.withUnsafeMutableBufferPointer { group.averageRounded($0) }
        expect(odd[0].isNaN && odd[1] == 1 && odd[2] == .infinity, "what is no number stays none")
        sums([ranks.last!])
        sums(ranks.filter { $0 % 2 == 0 })
        expect(group.all(group.rank * 10) == ranks.map { $0 * 10 }, "one number of each")
        let words = ranks.map { rank in Array(repeating: UInt8(rank), count: 5 * rank) }
        expect(group.all(words[group.rank]) == words, "bytes of different lengths")
        return faults
    }
}
