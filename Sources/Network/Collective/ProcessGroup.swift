import Synchronization

/// Processes that compute one thing together: sums in one order, of those that have something to add.
///
/// Whatever comes out has the same bits at all of them and at each repetition: an element is added up by rank, either by one
/// process, which gives it to the others, or by all of them alike.
package final class ProcessGroup {
    private let exchange: any Exchange
    /// Which of the processes have something to add.
    private var adding: [Bool]
    /// Memory for what others send: kept, since every step needs as much.
    private var received: [Float] = []

    package init(_ exchange: any Exchange) {
        self.exchange = exchange
        adding = Array(repeating: true, count: exchange.count)
    }

    package var rank: Int { exchange.rank }
    package var count: Int { exchange.count }

    /// Ends all processes of the group.
    package func abort(status: Int32) -> Never { exchange.abort(status: status) }

    // MARK: Who adds

    /// How many processes have something to add.
    package var addingCount: Int { adding.count { $0 } }

    /// Lets only these processes add something from now on: all of them say the same.
    package func add(only processes: [Bool]) {
        precondition(processes.count == count && processes.contains(true), "\(processes) of \(count) processes add")
        adding = processes
    }

    // MARK: Sums

    /// Replaces `values` by their mean over the processes that add.
    package func average(_ values: UnsafeMutableBufferPointer<Float>) {
        if values.count <= Self.fewValues { averageHere(values) } else { averageInParts(values) }
    }

    /// The same with values that travel as bfloat16, in half the bytes: sums are float32, and their mean is rounded once more, so that all
    /// have the same bits.
    package func averageRounded(_ values: UnsafeMutableBufferPointer<Float>) {
        var packed = RoundedValues(values)
        packed.withWords { words in
            let parts = Parts(of: words.count, among: count)
            let mine = parts.range(rank)
            withRoom(mine.count * count) { all in
                exchange.trade(UnsafeBufferPointer(words), parts, into: all)
                let own = UnsafeMutableBufferPointer(rebasing: words[mine])
                RoundedValues.mean(of: all, rows: adding.indices.filter { adding[$0] }, into: own)
            }
            exchange.spread(words, parts)
        }
        packed.write(to: values)
    }

    /// So many go to everybody at once: one exchange instead of two.
    private static let fewValues = 4096

    private func averageHere(_ values: UnsafeMutableBufferPointer<Float>) {
        let size = values.count
        withRoom(size * count) { all in
            exchange.gather(UnsafeRawBufferPointer(values), into: UnsafeMutableRawBufferPointer(all))
            mean(of: all, apart: size, into: values)
        }
    }

    /// Each process adds one part up.
    private func averageInParts(_ values: UnsafeMutableBufferPointer<Float>) {
        let parts = Parts(of: values.count, among: count)
        let mine = parts.range(rank)
        withRoom(mine.count * count) { all in
            exchange.trade(UnsafeBufferPointer(values), parts, into: all)
            mean(of: all, apart: mine.count, into: UnsafeMutableBufferPointer(rebasing: values[mine]))
        }
        exchange.spread(values, parts)
    }

    /// The mean of the rows of those that add, by rank.
    private func mean(
        of all: UnsafeMutableBufferPointer<Float>, apart: Int, into values: UnsafeMutableBufferPointer<Float>
    ) {
        let rows = adding.indices.filter { adding[$0] }
        let number = Float(rows.count)
        // Safe: each row has `apart` values, which is as many as `values` has.
        let (from, to) = (all.baseAddress!, values.baseAddress!)
        to.update(from: from + rows[0] * apart, count: apart)
        for row in rows.dropFirst() {
            let other = from + row * apart
            for index in 0..<apart { to[index] += other[index] }
        }
        for index in 0..<apart { to[index] /= number }
    }

    private func withRoom(_ size: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        if received.count < size { received = Array(repeating: 0, count: size) }
        received.withUnsafeMutableBufferPointer { body(UnsafeMutableBufferPointer(rebasing: $0[..<size])) }
    }

    // MARK: Gathering

    /// Writes the values of those that add, by rank, into `all`.
    package func gather(_ mine: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>) {
        precondition(all.count == mine.count * addingCount, "\(all.count) places for \(addingCount) × \(mine.count)")
        withRoom(mine.count * count) { everything in
            exchange.gather(UnsafeRawBufferPointer(mine), into: UnsafeMutableRawBufferPointer(everything))
            var place = 0
            for process in 0..<count where adding[process] {
                let values = everything[process * mine.count..<(process + 1) * mine.count]
                _ = UnsafeMutableBufferPointer(rebasing: all[place..<place + mine.count]).update(fromContentsOf: values)
                place += mine.count
            }
        }
    }

    /// The value of every process, whether it adds or not, by rank.
    package func all<Value: BitwiseCopyable>(_ value: Value) -> [Value] {
        [Value](unsafeUninitializedCapacity: count) { values, initialized in
            // Safe: values of such a type are their bytes, and all of them come in.
            withUnsafeBytes(of: value) { mine in
                let whole = UnsafeMutableRawBufferPointer(values)
                if mine.count == MemoryLayout<Value>.stride {
                    exchange.gather(mine, into: UnsafeMutableRawBufferPointer(rebasing: whole[..<(mine.count * count)]))
                } else {
                    preconditionFailure("\(Value.self) has \(mine.count) bytes, \(MemoryLayout<Value>.stride) apart")
                }
            }
            initialized = count
        }
    }

    /// The bytes of every process, of which each may have another number, by rank.
    package func all(_ bytes: [UInt8]) -> [[UInt8]] {
        let sizes = all(bytes.count)
        let largest = max(1, sizes.max()!)
        let mine = bytes + Array(repeating: 0, count: largest - bytes.count)
        var everything = [UInt8](repeating: 0, count: largest * count)
        mine.withUnsafeBytes { mine in everything.withUnsafeMutableBytes { exchange.gather(mine, into: $0) } }
        return sizes.enumerated().map { Array(everything[$0.offset * largest..<$0.offset * largest + $0.element]) }
    }
}
