import ActorService
import Diagnostics
import Foundation
import Measurements
import Processes

/// Decides what becomes of a learner and its actors: events in, actions out. It touches no process and no clock.
///
/// Actors start when the learner says where it listens, and so does an evaluator. One that dies is started again under its
/// name, until that is of no use; the run ends when the learner does. Learner and actors stop together, as the learner waits a moment
/// for what actors have to hand over.
struct TrainSupervision {
    enum Event: Sendable, Equatable {
        case heard(TrainChild, ChildProgram.Line)
        case ended(TrainChild, ProcessEnding)
        /// With the reason.
        case couldNotStart(TrainChild, String)
        /// The pause before an actor's next start is over.
        case pauseIsOver(TrainChild)
        /// A person or the system wants the run to stop.
        case signal
        /// The same for a checkpoint.
        case save
        /// Children have had their time to stop.
        case patienceIsOver
    }

    enum Action: Equatable {
        /// With the learner's address, where it is known.
        case start(TrainChild, address: String?)
        case tell([TrainChild], ChildProgram.Order)
        case wait(Duration, Event)
        case show(RunMeasurement)
        case print(String)
        /// Nothing comes after it; children that still run are killed.
        case end(Result<TrainOutcome, UserError>)
    }

    /// Time for children to hand over, store and save before they are killed: a little more than they give themselves.
    static let patience = Duration.seconds(35)

    private let actorCount: Int
    private let isEvaluated: Bool
    /// Those that run, in the order in which they were started.
    private var running: [TrainChild] = []
    private var restarts: [TrainChild: RestartPolicy] = [:]
    private var address: String?
    private var lastMessages: [TrainChild: String] = [:]
    /// Why the run cannot go on, once that is known: it stops in good order.
    private var failure: UserError?
    private var isStopping = false
    private var isComplete = false

    /// - Parameter isEvaluated: whether policies are played beside training.
    init(actors: Int, isEvaluated: Bool = false) {
        actorCount = actors
        self.isEvaluated = isEvaluated
    }

    mutating func begin() -> [Action] { start(.learner) }

    /// - Parameter now: when the event happened.
    mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> [Action] {
        switch event {
        case .heard(.learner, .output(let line)): read(line)
        case .heard(.actor, .output), .heard(.evaluator, .output): []
        case .heard(let child, .message(let line)): note(child, line)
        case .couldNotStart(.evaluator, let reason):
            [.print("cannot start the process evaluator: \(reason); training goes on without it")]
        case .couldNotStart(let child, let reason):
            [.end(.failure(UserError("cannot start the process \(child): \(reason)", exitCode: 1)))]
        case .ended(.learner, let ending): [.end(learnerEnded(ending))]
        case .ended(let actor, let ending): actorEnded(actor, ending, now)
        case .pauseIsOver(let actor): isStopping || isComplete ? [] : start(actor)
        case .signal: stop()
        case .save: running.contains(.learner) ? [.tell([.learner], .save)] : []
        case .patienceIsOver: [.tell(running, .kill)]
        }
    }

    private mutating func start(_ child: TrainChild) -> [Action] {
        running.append(child)
        return [.start(child, address: address)]
    }

    // MARK: Lines

    private mutating func read(_ line: String) -> [Action] {
        switch try? JSONDecoder().decode(LearnerNews.self, from: Data(line.utf8)) {
        case .listening(let address):
            self.address = address
            return (0..<actorCount).flatMap { start(.actor($0)) } + (isEvaluated ? start(.evaluator) : [])
        case .dashboard(let address): return [.print("dashboard at \(address)")]
        case .measured(let record): return [.show(record.measurement)]
        case .complete:
            isComplete = true
            return []
        case nil: return note(.learner, line)
        }
    }

    private mutating func note(_ child: TrainChild, _ line: String) -> [Action] {
        lastMessages[child] = line
        return [.print("\(child): \(line)")]
    }

    // MARK: Endings

    private func learnerEnded(_ ending: ProcessEnding) -> Result<TrainOutcome, UserError> {
        if let failure { return .failure(failure) }
        let lastMessage = lastMessages[.learner] ?? ""
        return switch ending {
        case .exited(status: 0) where isStopping: .success(.stopped)
        case .exited(status: 0) where isComplete: .success(.complete)
        case .exited(status: 0):
            .failure(
                UserError(
                    "the learner was stopped before the run was complete; the same command resumes",
                    exitCode: TrainOutcome.stoppedStatus))
        // It has said why, and that line is on the screen already.
        case .exited: .failure(UserError("the learner \(ending): \(lastMessage)", exitCode: ending.exitCode))
        case .killed where isStopping:
            .failure(
                UserError(
                    "the learner \(ending) before it had saved; the same command resumes from the newest checkpoint",
                    exitCode: TrainOutcome.stoppedStatus))
        case .killed: .failure(UserError("the learner \(ending); the same command resumes", exitCode: 1))
        }
    }

    private mutating func actorEnded(
        _ actor: TrainChild, _ ending: ProcessEnding, _ now: ContinuousClock.Instant
    ) -> [Action] {
        running.removeAll { $0 == actor }
        guard !isStopping, !isComplete else { return [] }
        let lastMessage = lastMessages[actor] ?? ""
        if ending == .exited(status: ActorStatus.environmentFailed), actor != .evaluator {
            return giveUp(UserError("\(actor) \(ending): \(lastMessage)", exitCode: ending.exitCode))
        }
        guard let pause = restarts[actor, default: RestartPolicy()].died(at: now) else {
            // Nobody learns from it.
            if actor == .evaluator {
                return [.print("\(actor) \(ending), again and again: training goes on without it")]
            }
            return giveUp(
                UserError("\(actor) \(ending), again and again: \(lastMessage)", exitCode: ending.exitCode))
        }
        // The learner may have dismissed it, and be about to end itself: that is nothing to speak of.
        let news: [Action] = ending == .exited(status: 0) ? [] : [.print("\(actor) \(ending); starting it again")]
        return news + [.wait(pause, .pauseIsOver(actor))]
    }

    // MARK: Stopping

    /// The first signal stops in good order, the second at once.
    private mutating func stop() -> [Action] {
        guard !isStopping else { return [.tell(running, .kill)] }
        return [.print("stopping; once more to stop at once")] + stopAll()
    }

    private mutating func stopAll() -> [Action] {
        isStopping = true
        return [.tell(running, .terminate), .wait(Self.patience, .patienceIsOver)]
    }

    /// Stops, so that what there is is saved, and then fails.
    private mutating func giveUp(_ error: UserError) -> [Action] {
        failure = error
        return stopAll()
    }
}

extension ProcessEnding {
    /// The status that a command ends with whose child ended so, 1…64.
    fileprivate var exitCode: Int32 {
        switch self {
        case .exited(let status): min(64, max(1, status))
        case .killed(let signal): min(64, signal)
        }
    }
}

/// How a run ended that did not fail.
package enum TrainOutcome: Sendable, Equatable {
    case complete
    /// By a signal; the same command resumes.
    case stopped

    /// Exit status of a run that was stopped before it was complete.
    package static let stoppedStatus: Int32 = 4
}
