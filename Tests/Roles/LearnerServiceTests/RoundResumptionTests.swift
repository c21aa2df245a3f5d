import Logging
import Replay
import Runs
import TestSupport
import Testing

@testable import LearnerService

/// A run in lockstep goes back only where it ends as it would have; otherwise all that is stored counts.
@Suite(.blocking, .timeLimit(.minutes(5))) struct RoundResumptionTests {
    private let run: StoredRun
    private let log = Recorded()
    private var states: RoundStates { run.directory.roundStates }
    private var visible: Int { run.replay.limiter.limit.counts.inserted }

    /// With 32 trajectories of 8 steps, two to a round.
    init() throws {
        run = try StoredRun(["agent.deter=8", "agent.hidden=8", "agent.cnn_depth=2"])
    }

    /// - Parameter mark: where the actor stood last; nil where nobody knows.
    private func resume(
        _ round: Checkpoint.Round?, version: UInt64 = 3, mark: RoundStates.Mark? = .init(incarnation: 1, through: 32),
        prefill: Int = 64, online: Bool = false
    ) throws -> Bool {
        if let mark { try states.write("there", mark) }
        let resumption = RoundResumption(
            replay: run.replay, states: states, logger: Logger(label: "test") { _ in RecordingHandler(recorded: log) },
            roundSteps: 16, prefillSteps: prefill, environments: 2, servesFreshFirst: online)
        guard let round else { return try resumption.resume(nil) }
        #expect(try run.train())
        var state = try #require(try Checkpoint.newest(in: run.directory.checkpoints)?.state)
        (state.round, state.policyVersion) = (round, version)
        return try resumption.resume(state)
    }

    private func expectAllCounts(_ said: String = "not as it would have") {
        #expect(visible == 256 && states.marks.isEmpty)
        #expect(log.lines.count == 1 && log.lines.first?.contains(said) == true, "\(log.lines)")
    }

    @Test func whatCameAfterTheCheckpointComesAgain() throws {
        #expect(try resume(.init(insertedSteps: 192, storedSteps: 192)))
        #expect(visible == 192 && run.replay.statistics.totals.insertedSteps == 256 && states.marks.count == 1)
        #expect(log.lines.count == 1 && log.lines.first?.contains("the 64 agent steps stored after it") == true)
    }

    @Test func duringThePrefillThereIsNothingToGoBackTo() throws {
        #expect(try resume(nil, prefill: 256))
        #expect(visible == 256 && log.lines.isEmpty && states.marks.count == 1)
    }

    /// Somebody has moved the checkpoints away, to train anew from the experience that is there.
    @Test func withoutACheckpointAllOfItCounts() throws {
        #expect(try !resume(nil, prefill: 240))
        expectAllCounts()
    }

    @Test func whatWasNotTrainedOnMustBeThere() throws {
        #expect(try !resume(.init(insertedSteps: 192, storedSteps: 200)))
        expectAllCounts()
    }

    /// What the next round drives out is not missed once training on the last is done; what two rounds drive out is.
    @Test func whatWasTrainedOnMayLeaveWithOneRound() throws {
        #expect(try resume(.init(insertedSteps: 240, storedSteps: 250, stage: .trained)))
        #expect(visible == 240)
    }

    @Test func twoRoundsAreTooMany() throws {
        #expect(try !resume(.init(insertedSteps: 224, storedSteps: 250, stage: .published)))
        expectAllCounts()
    }

    @Test(
        arguments: [
            nil, RoundStates.Mark(incarnation: 2, through: 32), RoundStates.Mark(incarnation: 1, through: 28),
        ])
    func whereTheActorStoodMustBeKnown(_ mark: RoundStates.Mark?) throws {
        #expect(try !resume(.init(insertedSteps: 192, storedSteps: 192), mark: mark))
        expectAllCounts()
    }

    /// Half of the last round is there: the actor stood before it, and sends the rest.
    @Test func aRoundMayBeUnderWay() throws {
        #expect(try resume(.init(insertedSteps: 192, storedSteps: 192), mark: .init(incarnation: 1, through: 31)))
        #expect(visible == 192)
    }

    @Test func sequencesThatWaitAreInNoCheckpoint() throws {
        #expect(try !resume(.init(insertedSteps: 192, storedSteps: 192), online: true))
        expectAllCounts()
    }
}
