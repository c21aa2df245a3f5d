import Testing
import Transport

@testable import LearnerService

@Suite struct GateTests {
    @Test func anOpenGateHoldsNobodyBack() {
        #expect(Gate(wantedSteps: 100).throttle == Throttle())
    }

    @Test func trainingThatIsBehindWithholdsCredit() {
        var gate = Gate(wantedSteps: 100)
        gate.isTrainingBehind = true
        #expect(gate.throttle == Throttle(mayGrant: false))
        gate.isTrainingBehind = false
        #expect(gate.throttle == Throttle())
    }

    @Test func aFullQueueStopsReading() {
        var gate = Gate(wantedSteps: 100)
        gate.isQueueFull = true
        #expect(gate.throttle == Throttle(mayRead: false))
        gate.isTrainingBehind = true
        #expect(gate.throttle == Throttle(mayGrant: false, mayRead: false))
        gate.isQueueFull = false
        #expect(gate.throttle == Throttle(mayGrant: false))
    }

    /// Its rounds are whole, and its actor waits for weights by itself.
    @Test func inLockstepOnlyTheQueueHoldsBack() {
        var gate = Gate(wantedSteps: 100, isLockstep: true, stalenessLimit: 3)
        gate.isTrainingBehind = true
        #expect(gate.throttle == Throttle())
        gate.isQueueFull = true
        #expect(gate.throttle == Throttle(mayRead: false))
    }

    @Test func stalePoliciesAreHeld() {
        var gate = Gate(wantedSteps: 100, stalenessLimit: 3)
        #expect(gate.throttle == Throttle(maximumStaleness: 3))
        gate.isTrainingBehind = true
        #expect(gate.throttle == Throttle(mayGrant: false, maximumStaleness: 3))
    }

    /// What is under way is taken, but no more than that, whatever training would allow.
    @Test func theLastCallGrantsNothing() {
        var gate = Gate(wantedSteps: 100, isLockstep: true)
        gate.phase = .lastCall
        #expect(gate.throttle == Throttle(mayGrant: false))
        gate.isTrainingBehind = true
        gate.isTrainingBehind = false
        #expect(gate.throttle == Throttle(mayGrant: false))
        // Memory is bounded all the same.
        gate.isQueueFull = true
        #expect(gate.throttle == Throttle(mayGrant: false, mayRead: false))
    }

    @Test func aClosedGateRemembersWhatHappensMeanwhile() {
        var gate = Gate(wantedSteps: 100)
        gate.phase = .closed
        #expect(gate.throttle == Throttle(mayGrant: false))
        gate.isTrainingBehind = true
        gate.phase = .open
        #expect(gate.throttle == Throttle(mayGrant: false))
        gate.isTrainingBehind = false
        #expect(gate.throttle == Throttle())
    }

    /// Counts that overtake each other do not make a run incomplete again.
    @Test func theRunIsCompleteWithItsSteps() {
        var gate = Gate(wantedSteps: 100)
        gate.stored(99)
        #expect(!gate.isComplete)
        gate.stored(100)
        gate.stored(98)
        #expect(gate.isComplete && gate.insertedSteps == 100)
    }
}
