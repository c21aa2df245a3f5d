import Diagnostics
import Replay
import Testing

@testable import LearnerService

@Suite struct StarvationTests {
    private let start = ContinuousClock.now

    private func view(
        inserted: Int = 100, deleted: Int = 0, hasSequence: Bool = true, waiting: Bool = true, complete: Bool = true,
        lost: Int = 0, actors: Int = 0
    ) throws -> Starvation.View {
        var limit = try RateLimit(replayRatio: 1, minimumSteps: 60, sampleSteps: 8, insertSteps: 4)
        limit.didInsert(inserted, deleted: deleted, hasSequence: hasSequence)
        return Starvation.View(
            limit: limit, isTrainingWaiting: waiting, isComplete: complete, lost: lost, actors: actors)
    }

    private func verdict(_ views: [(seconds: Int, view: Starvation.View)]) -> String? {
        var starvation = Starvation()
        return views.reduce(nil) { starvation.look(at: $1.view, now: start + .seconds($1.seconds))?.message }
    }

    @Test func whatWaitsForNobodyEnds() throws {
        let view = try view(inserted: 40)
        #expect(verdict([(0, view)]) == nil)
        #expect(verdict([(0, view), (9, view)]) == nil)
        #expect(
            verdict([(0, view), (10, view)])
                == "training waits for experience that cannot come any more: the run has its 40 steps, and the replay has "
                + "40 of 60 steps of the prefill; set a higher run.steps")
    }

    @Test func whoeverMayStillBringSomethingIsWaitedFor() throws {
        let alone = try view()
        for other in [try view(waiting: false), try view(complete: false), try view(actors: 1)] {
            #expect(verdict([(0, other), (60, other)]) == nil)
            // Then the time begins anew.
            #expect(verdict([(0, alone), (5, other), (12, alone)]) == nil)
        }
    }

    @Test func aReplayThatIsTooSmallIsSaid() throws {
        let view = try view(inserted: 140, deleted: 90, complete: false, actors: 2)
        #expect(
            verdict([(0, view), (10, view)])
                == "the replay is full with 50 steps, and the replay has 50 of 60 steps of the prefill: set a higher "
                + "replay.capacity_bytes or replay.capacity_steps")
        let scattered = try self.view(
            inserted: 200, deleted: 130, hasSequence: false, complete: false, actors: 2)
        #expect(verdict([(0, scattered), (10, scattered)])?.contains("no environment has delivered") == true)
        // What was lost with a disk was not turned out.
        let lost = try self.view(inserted: 140, deleted: 90, complete: false, lost: 90, actors: 2)
        #expect(verdict([(0, lost), (60, lost)]) == nil)
        // A replay that is turned over for the first time may still fill.
        let young = try self.view(inserted: 59, deleted: 9, complete: false, actors: 2)
        #expect(verdict([(0, young), (60, young)]) == nil)
    }
}
