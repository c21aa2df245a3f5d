import TestSupport
import Testing
import Threads
import Wire

@testable import Transport

/// An actor stays with the run, and the settings, that it was first let into.
@Suite(.timeLimit(.minutes(5))) struct OtherRunTests {
    /// Its learner has gone, and another one listens at the same address: with the same run or another one.
    private func moved(
        runID: String, configuration: String
    ) async throws -> (error: (any Error)?, stored: Int) {
        let first = try await LiveServer()
        let actor = LiveClient(port: first.port)
        try await actor.submit(1)
        #expect(await actor.isAcknowledged())
        await first.server.stop()
        let second = try await LiveServer(
            endpoint: RecordingEndpoint(configuration: configuration), port: first.port, runID: runID)
        _ = try? await actor.submit(1)
        var ended: (any Error)?
        #expect(await actor.client.shared.waits { $0.outbox.isEmpty || $0.isEnded })
        await actor.client.finish(timeout: .seconds(60))
        do { try await actor.run.value } catch { ended = error }
        await second.server.stop()
        return (ended, second.endpoint.state.withLock { $0.keys.count })
    }

    @Test func theSameRunIsJoinedAgain() async throws {
        let (error, stored) = try await moved(runID: "run", configuration: "size: nano\n")
        #expect(error == nil)
        #expect(stored == 1)
    }

    @Test func anotherRunIsNotJoined() async throws {
        let (error, stored) = try await moved(runID: "other", configuration: "size: nano\n")
        guard case .refused(let refusal)? = error as? TransportError else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.code == .run)
        #expect(stored == 0)
    }

    @Test func otherSettingsEndTheClient() async throws {
        let (error, stored) = try await moved(runID: "run", configuration: "size: micro\n")
        #expect(error as? TransportError == .configurationChanged)
        #expect(stored == 0)
    }
}
