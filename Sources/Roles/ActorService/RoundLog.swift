import Diagnostics
import Runs
import Transport
import Wire

/// What an actor in lockstep keeps of its rounds, and where it goes on from.
struct RoundLog {
    private let states: RoundStates
    private let incarnation: UInt64

    /// - Parameters:
    ///   - path: of a directory that outlives the actor.
    ///   - client: becomes that of the incarnation that has played the latest rounds there, if one has.
    init(in path: String, for client: inout LearnerClient.Configuration) {
        states = RoundStates(in: path)
        if let latest = states.marks.last {
            client.incarnation = latest.incarnation
            client.nextSequence = latest.through + 1
        }
        incarnation = client.incarnation
    }

    /// The end of the last round that the learner has whole, from which on everything is submitted again; nil where it has none,
    /// so that this actor begins with the first.
    /// - Throws: where the state does not fit; another start then begins a stream of its own.
    func resume(_ client: LearnerClient, _ welcome: Welcome, environments: Int) throws -> RoundState? {
        let marks = states.marks.filter { $0.incarnation == incarnation && $0.through <= welcome.storedThrough }
        let through = marks.last?.through ?? 0
        let state = marks.last.flatMap { states.read($0, as: RoundState.self) }
        let fits = marks.isEmpty || state?.players.episodes.count == environments
        guard fits, welcome.storedThrough - through < UInt64(environments) else {
            forget()
            throw UserError(
                "where this actor stood in lockstep is not known any more: start it again, and it begins new episodes",
                exitCode: ActorStatus.anotherRun)
        }
        client.submitAgain(after: through)
        return state
    }

    /// The next process is to begin a stream of its own.
    func forget() { states.removeAll() }

    /// Notes where the actor stands at the end of a round, and forgets what is before the last round that is stored.
    /// - Parameter acknowledged: the last sequence number before which nothing is missing.
    func write(_ state: RoundState, through sequence: UInt64, acknowledged: UInt64) throws {
        try states.write(state, RoundStates.Mark(incarnation: incarnation, through: sequence))
        let stored = states.marks.last { $0.through <= acknowledged }
        if let stored { states.removeAll { $0.incarnation == incarnation && $0 >= stored } }
    }
}
