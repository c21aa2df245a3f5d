/// Seconds between attempts: 0.1, doubling up to 5.
struct Backoff {
    private var seconds = 0.1

    mutating func next() -> Double {
        defer { seconds = min(5, seconds * 2) }
        return seconds
    }
}
