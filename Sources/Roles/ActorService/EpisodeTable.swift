/// The episodes of an evaluation. Slot s of n plays the episodes s, s + n, s + 2n, …, so that short episodes count no more
/// often than long ones.
struct EpisodeTable {
    private struct Slot {
        let wanted: Int
        var episodes: [(episode: Players.Episode, isUnfinished: Bool)] = []
    }

    private var slots: [Slot]
    private let wanted: Int
    private(set) var count = 0

    init(episodes: Int, slots: Int) {
        wanted = episodes
        self.slots = (0..<slots).map { Slot(wanted: (episodes - $0 + slots - 1) / slots) }
    }

    var isComplete: Bool { count == wanted }

    /// Keeps an episode unless its slot has played its share.
    /// - Parameter isUnfinished: whether it was broken off.
    @discardableResult
    mutating func take(_ episode: Players.Episode, isUnfinished: Bool = false) -> Bool {
        let slot = slots[episode.environment]
        guard slot.episodes.count < slot.wanted else { return false }
        slots[episode.environment].episodes.append((episode, isUnfinished))
        count += 1
        return true
    }

    /// The episodes that were played, in their order.
    var played: [(episode: Players.Episode, isUnfinished: Bool)] {
        (0..<wanted).compactMap { number in
            let (slot, turn) = (slots[number % slots.count], number / slots.count)
            return turn < slot.episodes.count ? slot.episodes[turn] : nil
        }
    }
}
