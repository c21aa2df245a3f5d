import Testing
import Wire

@testable import Transport

/// Every transition of a client between its connections, without sockets and without waiting.
@Suite struct ReconnectingStateTests {
    typealias Action = ReconnectingState.Action

    private func state() -> ReconnectingState {
        ReconnectingState(
            .init(
                learner: .at(.init(host: "h", port: 1)), actor: "a", firstBackoff: .milliseconds(100),
                maximumBackoff: .milliseconds(400)))
    }

    private func connecting() -> ReconnectingState {
        var state = state()
        _ = state.start(isDone: false)
        return state
    }

    private func connected() -> ReconnectingState {
        var state = connecting()
        state.connected()
        return state
    }

    private func pausing() -> ReconnectingState {
        var state = connecting()
        _ = state.ended(.lost("x"))
        return state
    }

    @Test func startsWithAnAttemptWhereThereIsSomethingToDo() {
        var state = state()
        #expect(state.start(isDone: false) == .connect)
        var idle = self.state()
        #expect(idle.start(isDone: true) == .end(nil))
    }

    @Test func pausesGrowUntilAConnectionIsMade() {
        var state = connecting()
        for pause in [100, 200, 400, 400] {
            #expect(state.ended(.lost("x")) == .pause(.milliseconds(pause), reason: "x", wasConnected: false))
            #expect(state.pauseEnded(isDone: false) == .connect)
        }
        state.connected()
        #expect(state.ended(.lost("y")) == .pause(.milliseconds(100), reason: "y", wasConnected: true))
    }

    @Test func whatIsDoneNeedsNoFurtherAttempt() {
        var paused = pausing()
        #expect(paused.pauseEnded(isDone: true) == .end(nil))
        var lost = connected()
        #expect(lost.ended(.lost("x"), isDone: true) == .end(nil))
    }

    @Test(arguments: [
        (ConnectionEnd.finished, Action.end(nil)), (.stopped, .end(nil)), (.dismissed, .dismiss),
        (.replaced, .end(.replaced(actor: "a"))),
        (.configurationChanged, .end(.configurationChanged)),
        (.trajectoryRefused("why"), .end(.trajectoryRefused("why"))),
        (.refused(Refusal(.token, "no")), .end(.refused(Refusal(.token, "no")))),
        (.refused(Refusal(.full, "no")), .pause(.milliseconds(100), reason: "no", wasConnected: false)),
        (.insecure(.distrusted("no")), .end(.distrusted("no"))),
    ])
    func ends(end: ConnectionEnd, expected: Action) {
        var state = connecting()
        #expect(state.ended(end) == expected)
    }

    /// Certificates are renewed while a run goes on.
    @Test func whatWasTrustedOnceMayBeAgain() {
        var state = connected()
        let error = TransportError.distrusted("no")
        #expect(
            state.ended(.insecure(error)) == .pause(.milliseconds(100), reason: "\(error)", wasConnected: true))
    }

    @Test func finishingCutsAPauseShort() {
        var more = pausing()
        #expect(more.finish(isDone: false) == .connect)
        var done = pausing()
        #expect(done.finish(isDone: true) == .end(nil))
        var connected = connected()
        #expect(connected.finish(isDone: true) == .none)
        var idle = state()
        #expect(idle.finish(isDone: true) == .none)
    }

    @Test func stoppingEndsWhatThereIs() {
        var idle = state()
        #expect(idle.stop() == .end(nil))
        #expect(idle.start(isDone: false) == .none)
        var paused = pausing()
        #expect(paused.stop() == .end(nil))
        #expect(paused.stop() == .none)
        var connecting = connecting()
        #expect(connecting.stop() == .close)
        #expect(connecting.ended(.stopped) == .end(nil))
    }

    /// The connection was lost before it could be closed.
    @Test func whoIsStoppedDoesNotTryAgain() {
        var state = connected()
        #expect(state.stop() == .close)
        #expect(state.ended(.lost("x")) == .end(nil))
    }

    @Test func whatCannotHappenIsAMistakeOfOurs() async {
        await #expect(processExitsWith: .failure) {
            var state = ReconnectingState(.init(learner: .at(.init(host: "", port: 1)), actor: "a"))
            state.connected()
        }
        await #expect(processExitsWith: .failure) {
            var state = ReconnectingState(.init(learner: .at(.init(host: "", port: 1)), actor: "a"))
            _ = state.pauseEnded(isDone: false)
        }
        await #expect(processExitsWith: .failure) {
            var state = ReconnectingState(.init(learner: .at(.init(host: "", port: 1)), actor: "a"))
            _ = state.start(isDone: false)
            _ = state.start(isDone: false)
        }
        await #expect(processExitsWith: .failure) {
            var state = ReconnectingState(.init(learner: .at(.init(host: "", port: 1)), actor: "a"))
            var random = Longest()
            _ = state.connectionEnded(.finished, isDone: false, using: &random)
        }
    }
}

extension ReconnectingState {
    fileprivate mutating func ended(_ end: ConnectionEnd, isDone: Bool = false) -> Action {
        var random = Longest()
        return connectionEnded(end, isDone: isDone, using: &random)
    }
}

/// Draws the longest pause there is. It has a value, as the thread sanitizer fails where one without any is changed.
private struct Longest: RandomNumberGenerator {
    private var draws = 0

    mutating func next() -> UInt64 {
        draws += 1
        return .max
    }
}
