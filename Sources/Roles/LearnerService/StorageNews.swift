import Experience
import Logging
import NIOCore
import Replay
import Synchronization
import Transport

/// Everything that storage reports, and who hears of it.
final class StorageNews: Sendable {
    private let server: LearnerServer
    private let gate: Gatekeeper
    private let logger: Logger
    private let refusals = Mutex(RefusalLog())

    init(server: LearnerServer, gate: Gatekeeper, logger: Logger) {
        self.server = server
        self.gate = gate
        self.logger = logger
    }

    func pass(on event: ReplayEvent) {
        switch event {
        case .settled(let trajectories, let insertedSteps):
            for trajectory in trajectories { logRefusal(trajectory) }
            server.settle(trajectories.map(Settlement.init))
            gate.change { $0.stored(insertedSteps) }
        case .queue(let isFull): gate.change { $0.isQueueFull = isFull }
        case .training(let isBehind): gate.change { $0.isTrainingBehind = isBehind }
        case .stall(let stall): logger.warning("\(stall)")
        case .writing(let status): log(status, "experience cannot be stored", again: "experience is stored again")
        case .reading(let status): log(status, "experience cannot be read", again: "experience is read again")
        case .damaged(let reason): logger.error("\(reason); it is left out from now on")
        }
    }

    private func logRefusal(_ trajectory: SettledTrajectory) {
        guard case .refused(let reason) = trajectory.outcome,
            let unlogged = refusals.withLock({ $0.admit(now: .now()) })
        else { return }
        logger.warning(
            "a trajectory of actor \(trajectory.key.actor) was refused: \(reason)",
            metadata: ["unlogged": "\(unlogged)"])
    }

    /// One line when it begins and one when it is over, however often it was tried in between.
    private func log(_ status: StorageStatus, _ trouble: String, again: String) {
        switch status {
        case .blocked(let reason): logger.error("\(trouble): \(reason); trying again until it works")
        case .failed(let error): logger.error("\(trouble): \(error)")
        case .working: logger.notice("\(again)")
        }
    }
}

extension Settlement {
    init(_ settled: SettledTrajectory) {
        let outcome: Outcome =
            switch settled.outcome {
            case .stored: .stored
            case .duplicate: .duplicate
            case .refused(let reason): .refused(reason)
            }
        self.init(key: settled.key, outcome: outcome)
    }
}
