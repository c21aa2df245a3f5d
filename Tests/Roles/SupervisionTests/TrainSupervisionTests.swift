import Diagnostics
import Measurements
import Processes
import Testing

@testable import Supervision

/// What is decided, without processes and clocks.
@Suite struct TrainSupervisionTests {
    private static let listening = ChildProgram.Line.output(#"{"kind":"listening","address":"127.0.0.1:7"}"#)
    private let start = ContinuousClock.now

    /// A learner that listens, and its actors.
    private func running(actors: Int) -> TrainSupervision {
        var supervision = TrainSupervision(actors: actors)
        _ = supervision.begin()
        _ = supervision.handle(.heard(.learner, Self.listening), at: start)
        return supervision
    }

    @Test func actorsStartWhenTheLearnerListens() {
        var supervision = TrainSupervision(actors: 2)
        #expect(supervision.begin() == [.start(.learner, address: nil)])
        #expect(
            supervision.handle(.heard(.learner, Self.listening), at: start) == [
                .start(.actor(0), address: "127.0.0.1:7"), .start(.actor(1), address: "127.0.0.1:7"),
            ])
    }

    @Test func linesAreShownWithTheirSource() {
        var supervision = running(actors: 2)
        #expect(supervision.handle(.heard(.actor(1), .message("oh")), at: start) == [.print("actor-1: oh")])
        #expect(supervision.handle(.heard(.learner, .message("ah")), at: start) == [.print("learner: ah")])
        let dashboard = ChildProgram.Line.output(#"{"kind":"dashboard","address":"http://127.0.0.1:8/"}"#)
        #expect(
            supervision.handle(.heard(.learner, dashboard), at: start) == [.print("dashboard at http://127.0.0.1:8/")])
        // No news, so it is for people.
        #expect(supervision.handle(.heard(.learner, .output("what")), at: start) == [.print("learner: what")])
        #expect(supervision.handle(.heard(.actor(0), .output("chatter")), at: start).isEmpty)
    }

    @Test func anActorThatDiesIsStartedAgainAfterGrowingPauses() {
        var supervision = running(actors: 1)
        for pause in [1, 2, 4, 8, 16] {
            #expect(
                supervision.handle(.ended(.actor(0), .killed(signal: 9)), at: start) == [
                    .print("actor-0 was killed by signal 9; starting it again"),
                    .wait(.seconds(pause), .pauseIsOver(.actor(0))),
                ])
            #expect(
                supervision.handle(.pauseIsOver(.actor(0)), at: start) == [.start(.actor(0), address: "127.0.0.1:7")])
        }
        _ = supervision.handle(.heard(.actor(0), .message("last words")), at: start)
        let error = UserError("actor-0 exited with status 3, again and again: last words", exitCode: 3)
        expectFailure(&supervision, .ended(.actor(0), .exited(status: 3)), error)
    }

    /// What is trained so far is saved before the run fails.
    private func expectFailure(
        _ supervision: inout TrainSupervision, _ event: TrainSupervision.Event, _ error: UserError,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            supervision.handle(event, at: start) == [
                .tell([.learner], .terminate), .wait(TrainSupervision.patience, .patienceIsOver),
            ], sourceLocation: sourceLocation)
        #expect(
            supervision.handle(.ended(.learner, .exited(status: 0)), at: start) == [.end(.failure(error))],
            sourceLocation: sourceLocation)
    }

    /// It has made its environments again as often as it may: nobody tries six times as often.
    @Test func anActorWhoseEnvironmentsCannotBePlayedEndsTheRun() {
        var supervision = running(actors: 1)
        _ = supervision.handle(.heard(.actor(0), .message("dreamer: the environment failed: X")), at: start)
        _ = supervision.handle(.heard(.learner, .message("something else")), at: start)
        let error = UserError("actor-0 exited with status 7: dreamer: the environment failed: X", exitCode: 7)
        expectFailure(&supervision, .ended(.actor(0), .exited(status: 7)), error)
    }

    @Test func anEvaluatorStartsBesideTheActors() {
        var supervision = TrainSupervision(actors: 1, isEvaluated: true)
        _ = supervision.begin()
        #expect(
            supervision.handle(.heard(.learner, Self.listening), at: start) == [
                .start(.actor(0), address: "127.0.0.1:7"), .start(.evaluator, address: "127.0.0.1:7"),
            ])
        #expect(supervision.handle(.signal, at: start).contains(.tell([.learner, .actor(0), .evaluator], .terminate)))
    }

    /// It is started again like an actor, and given up without ending the run.
    @Test func trainingGoesOnWithoutAnEvaluator() {
        var supervision = TrainSupervision(actors: 1, isEvaluated: true)
        _ = supervision.begin()
        _ = supervision.handle(.heard(.learner, Self.listening), at: start)
        for pause in [1, 2, 4, 8, 16] {
            let actions = supervision.handle(.ended(.evaluator, .killed(signal: 11)), at: start)
            #expect(actions.last == .wait(.seconds(pause), .pauseIsOver(.evaluator)))
            _ = supervision.handle(.pauseIsOver(.evaluator), at: start)
        }
        #expect(
            supervision.handle(.ended(.evaluator, .killed(signal: 11)), at: start) == [
                .print("evaluator was killed by signal 11, again and again: training goes on without it")
            ])
        _ = supervision.handle(.heard(.learner, Self.complete), at: start)
        #expect(supervision.handle(.ended(.learner, .exited(status: 0)), at: start) == [.end(.success(.complete))])
        var other = TrainSupervision(actors: 1, isEvaluated: true)
        _ = other.begin()
        _ = other.handle(.heard(.learner, Self.listening), at: start)
        #expect(
            other.handle(.couldNotStart(.evaluator, "no memory"), at: start) == [
                .print("cannot start the process evaluator: no memory; training goes on without it")
            ])
    }

    /// Each actor has deaths of its own, and ten minutes without one forget them.
    @Test func deathsOfLongAgoAreForgotten() {
        var supervision = running(actors: 2)
        func pause(_ actor: Int, after seconds: Int) -> TrainSupervision.Action? {
            supervision.handle(.ended(.actor(actor), .exited(status: 1)), at: start + .seconds(seconds)).last
        }
        #expect(pause(0, after: 0) == .wait(.seconds(1), .pauseIsOver(.actor(0))))
        #expect(pause(0, after: 60) == .wait(.seconds(2), .pauseIsOver(.actor(0))))
        #expect(pause(1, after: 60) == .wait(.seconds(1), .pauseIsOver(.actor(1))))
        #expect(pause(0, after: 661) == .wait(.seconds(1), .pauseIsOver(.actor(0))))
    }

    /// Somebody has stopped it: it is none that is done, for the learner still runs.
    @Test func anActorThatWasStoppedComesBack() {
        var supervision = running(actors: 2)
        #expect(
            supervision.handle(.ended(.actor(0), .exited(status: 0)), at: start) == [
                .wait(.seconds(1), .pauseIsOver(.actor(0)))
            ])
        // Only the other one is there to be told.
        var other = supervision
        #expect(other.handle(.signal, at: start).contains(.tell([.learner, .actor(1)], .terminate)))
        #expect(
            supervision.handle(.pauseIsOver(.actor(0)), at: start).last == .start(.actor(0), address: "127.0.0.1:7"))
    }

    private static let complete = ChildProgram.Line.output(#"{"kind":"complete"}"#)

    @Test func theRunEndsWithItsLearner() {
        var supervision = running(actors: 1)
        #expect(supervision.handle(.heard(.learner, Self.complete), at: start).isEmpty)
        // Its actors are dismissed, and stay so.
        #expect(supervision.handle(.ended(.actor(0), .exited(status: 0)), at: start).isEmpty)
        #expect(supervision.handle(.ended(.learner, .exited(status: 0)), at: start) == [.end(.success(.complete))])
    }

    /// A learner that somebody else has stopped ends in good order, but its run is not complete.
    @Test func aLearnerThatWasStoppedIsNoSuccess() {
        var supervision = running(actors: 1)
        let error = UserError(
            "the learner was stopped before the run was complete; the same command resumes", exitCode: 4)
        #expect(supervision.handle(.ended(.learner, .exited(status: 0)), at: start) == [.end(.failure(error))])
    }

    /// A learner that cannot save what it has when it is to stop.
    @Test func aStopThatFailsIsNoSuccess() {
        var supervision = running(actors: 1)
        _ = supervision.handle(.signal, at: start)
        _ = supervision.handle(.heard(.learner, .message("the disk is full")), at: start)
        let error = UserError("the learner exited with status 1: the disk is full", exitCode: 1)
        #expect(supervision.handle(.ended(.learner, .exited(status: 1)), at: start) == [.end(.failure(error))])
    }

    @Test func aLearnerThatFailsHasTheLastWord() {
        var supervision = running(actors: 1)
        _ = supervision.handle(.heard(.learner, .message("the disk is gone")), at: start)
        let failed = UserError("the learner exited with status 64: the disk is gone", exitCode: 64)
        #expect(supervision.handle(.ended(.learner, .exited(status: 64)), at: start) == [.end(.failure(failed))])
        let killed = UserError("the learner was killed by signal 9; the same command resumes", exitCode: 1)
        #expect(supervision.handle(.ended(.learner, .killed(signal: 9)), at: start) == [.end(.failure(killed))])
    }

    @Test func allStopTogetherAndHaveTheirTime() {
        var supervision = running(actors: 2)
        let all: [TrainChild] = [.learner, .actor(0), .actor(1)]
        #expect(
            supervision.handle(.signal, at: start) == [
                .print("stopping; once more to stop at once"), .tell(all, .terminate),
                .wait(TrainSupervision.patience, .patienceIsOver),
            ])
        #expect(supervision.handle(.ended(.actor(1), .killed(signal: 15)), at: start).isEmpty)
        #expect(supervision.handle(.ended(.learner, .exited(status: 0)), at: start) == [.end(.success(.stopped))])
    }

    /// Only the learner has something to save, and while it does not run there is nobody to ask.
    @Test func aRequestToSaveIsForTheLearner() {
        var supervision = TrainSupervision(actors: 2)
        #expect(supervision.handle(.save, at: start).isEmpty)
        supervision = running(actors: 2)
        #expect(supervision.handle(.save, at: start) == [.tell([.learner], .save)])
        // It is none to stop.
        #expect(
            supervision.handle(.ended(.actor(1), .exited(status: 1)), at: start).last
                == .wait(.seconds(1), .pauseIsOver(.actor(1))))
    }

    @Test func whoeverNeedsTooLongIsKilled() {
        var supervision = running(actors: 1)
        _ = supervision.handle(.signal, at: start)
        #expect(supervision.handle(.patienceIsOver, at: start) == [.tell([.learner, .actor(0)], .kill)])
        let killed = UserError(
            "the learner was killed by signal 9 before it had saved; the same command resumes from the newest checkpoint",
            exitCode: 4)
        #expect(supervision.handle(.ended(.learner, .killed(signal: 9)), at: start) == [.end(.failure(killed))])
    }

    @Test func theSecondSignalStopsAtOnce() {
        var supervision = running(actors: 1)
        _ = supervision.handle(.signal, at: start)
        #expect(supervision.handle(.signal, at: start) == [.tell([.learner, .actor(0)], .kill)])
    }

    /// A pause that ends while the run stops starts nobody.
    @Test func nobodyIsStartedWhileStopping() {
        var supervision = running(actors: 1)
        _ = supervision.handle(.ended(.actor(0), .exited(status: 1)), at: start)
        _ = supervision.handle(.signal, at: start)
        #expect(supervision.handle(.pauseIsOver(.actor(0)), at: start).isEmpty)
    }

    @Test func whatCannotStartIsNamed() {
        var supervision = TrainSupervision(actors: 1)
        _ = supervision.begin()
        let error = UserError("cannot start the process learner: no memory", exitCode: 1)
        #expect(supervision.handle(.couldNotStart(.learner, "no memory"), at: start) == [.end(.failure(error))])
    }
}
