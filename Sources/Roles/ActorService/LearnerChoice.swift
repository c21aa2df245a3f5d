import Numbers
import Runs
import Synchronization
import Transport

/// Which of the learners that train one agent an actor belongs to, and which it takes when that one is gone.
public final class LearnerChoice: Sendable {
    private enum Source {
        case addresses([LearnerAddress])
        /// Of the first learner, which says how many there are.
        case file(AddressFile)
    }

    private struct State {
        /// How many learners there are; nil before that is known.
        var count: Int?
        /// The one of this attempt; nil before there was one to choose.
        var chosen: Int?
    }

    private let actor: String
    private let source: Source
    private let state: Mutex<State>

    /// - Parameter actor: its name.
    public init(of actor: String, among addresses: [LearnerAddress]) {
        self.actor = actor
        source = .addresses(addresses)
        state = Mutex(State(count: addresses.count))
    }

    /// - Parameter file: that of the only learner, or of a group's first one.
    public init(of actor: String, announcedIn file: AddressFile) {
        self.actor = actor
        source = .file(file)
        state = Mutex(State())
    }

    /// How long its learner may be away before the actor takes another; nil for ever, as where there is no other.
    public var patience: Duration? {
        state.withLock { ($0.count ?? 1) > 1 || ($0.chosen ?? 0) > 0 ? .seconds(120) : nil }
    }

    /// Where the actor looks for a learner in its `attempt`, from 0. It is one and the same until the next one.
    public func place(attempt: Int) -> LearnerPlace {
        state.withLock { $0.chosen = nil }
        switch source {
        case .addresses(let addresses):
            return .at(addresses[Self.rank(of: actor, among: addresses.count, attempt: attempt)])
        case .file(let file):
            return .lookedUp(name: file.path) { [self] in announced(in: file, attempt).whereabouts }
        }
    }

    private func announced(in file: AddressFile, _ attempt: Int) -> LearnerPlace {
        // What cannot be read says so itself, below.
        let found = (try? file.read()).map { $0.ranks ?? 1 }
        let chosen = state.withLock { state in
            state.count = found ?? state.count
            state.chosen =
                state.chosen ?? state.count.map { Self.rank(of: actor, among: $0, attempt: attempt) }
            return state.chosen
        }
        return .announced(in: file.ofRank(chosen ?? 0))
    }

    /// By the number at the end of the name, so that actors with numbers are spread evenly, or a scrambled sum of the name.
    static func rank(of actor: String, among count: Int, attempt: Int) -> Int {
        let digits = actor.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
        let home =
            UInt64(String(digits))
            ?? SplitMix64.seed(actor.utf8.reduce(0) { ($0 &* 31) &+ UInt64($1) }, part: 0)
        return Int((home % UInt64(count) + UInt64(attempt)) % UInt64(count))
    }
}
