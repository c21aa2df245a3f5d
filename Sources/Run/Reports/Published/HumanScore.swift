/// Scores of Atari games between those of random play and those of a human tester.
enum HumanScore {
    /// 0 for random play, 1 for the human tester; nil for a game whose two scores are not published here.
    /// - Parameter environment: "atari/pong".
    static func normalized(_ score: Double, of environment: String) -> Double? {
        let known = PublishedTables.humans.numbers(environment).map(\.value)
        guard known.count == 2 else { return nil }
        return (score - known[0]) / (known[1] - known[0])
    }
}
