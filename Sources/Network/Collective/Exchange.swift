/// How the processes of a group hand each other memory: MPI, or threads in tests.
///
/// All of them call it with the same sizes in the same order, one call at a time. It cannot fail: what cannot be completed ends
/// the whole group, loudly.
package protocol Exchange: AnyObject {
    /// This process's place in the group, from 0.
    var rank: Int { get }
    /// Processes in the group.
    var count: Int { get }

    /// Writes the bytes of all processes, by rank, into `all`, which holds `count` times as many as `mine`.
    func gather(_ mine: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer)

    /// Takes this process's part of everybody's `values`: that of rank r to place r · part of `received`.
    func trade(_ values: UnsafeBufferPointer<Float>, _ parts: Parts, into received: UnsafeMutableBufferPointer<Float>)

    /// Completes `values`, of which each process has its own part.
    func spread(_ values: UnsafeMutableBufferPointer<Float>, _ parts: Parts)

    /// Ends all processes of the group.
    func abort(status: Int32) -> Never
}

/// How a row of values is cut into parts, one for each process, whose sizes differ by one at most.
package struct Parts {
    package let counts: [Int32]
    package let offsets: [Int32]

    package init(of values: Int, among processes: Int) {
        let bounds = (0...processes).map { Int32($0 * values / processes) }
        offsets = Array(bounds.dropLast())
        counts = zip(bounds, bounds.dropFirst()).map { $1 - $0 }
    }

    package func range(_ rank: Int) -> Range<Int> {
        Int(offsets[rank])..<Int(offsets[rank] + counts[rank])
    }
}
