import Tensors

/// What it costs to hand a loop to other threads and to wait until they are done.
enum ForkJoin {
    private static let loops = 5000

    /// Seconds of a loop of nothing that `threads` share.
    ///
    /// Every thread takes the line with the loop's number from its neighbours' caches and gives back the one with what
    /// remains, one after the other: what two threads take grows in proportion to their number. No processors are needed
    /// for the larger numbers then, and a tree would be the remedy where this limits.
    static func seconds(threads: Int) -> Double { threads < 2 ? 0 : ofTwo * Double(threads) / 2 }

    private static let ofTwo: Double = {
        let pool = ThreadPool(threads: 2)
        let rounds = (0..<9).map { _ in
            let start = ContinuousClock.now
            for _ in 0..<loops { pool.run(2) { _, _, _ in } }
            return (ContinuousClock.now - start) / .seconds(loops)
        }
        // The least: a thread that somebody else interrupts says nothing of the others.
        return rounds.min()!
    }()
}
