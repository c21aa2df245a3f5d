import Experience
import NIOCore
import TestSupport
import Testing
import Threads
import TrajectoryCodec
import Wire

@testable import Transport

@Suite struct TrajectoryFlowTests {
    @Test func acknowledgedOnlyWhenStored() async throws {
        let live = try await LiveServer(endpoint: RecordingEndpoint(completesAtOnce: false))
        let actor = LiveClient(port: live.port)
        try await actor.submit(3)
        #expect(await live.endpoint.state.waits { $0.keys.count == 3 })
        // A report behind the trajectories has arrived: had they been acknowledged, it would have been before it.
        actor.client.report(ActorReport(environmentSteps: 1, stepsPerSecond: 1, policyVersion: 1))
        #expect(await live.endpoint.state.waits { $0.reports.count == 1 })
        #expect(actor.client.status.unacknowledged == 3)
        live.commit()
        #expect(await actor.isAcknowledged())
        #expect(live.endpoint.state.withLock { $0.keys.map(\.sequence) } == [1, 2, 3])
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    @Test func creditHoldsTheActorUntilTheFlowIsOpen() async throws {
        let size = sample().header.decompressedBytes
        let live = try await LiveServer(endpoint: RecordingEndpoint(creditBytes: 2 * size + size / 2))
        let actor = LiveClient(port: live.port)
        _ = try await actor.client.welcome()
        live.server.throttle(Throttle(mayGrant: false))
        // Two have credit, two wait for it; a fifth would block.
        try await actor.submit(4)
        #expect(await actor.client.shared.waits { $0.outbox.count == 2 })
        for count in 1...3 {
            actor.client.report(ActorReport(environmentSteps: 1, stepsPerSecond: 1, policyVersion: 1))
            #expect(await live.endpoint.state.waits { $0.reports.count == count })
        }
        #expect(live.endpoint.state.withLock { $0.keys.count } == 2)
        #expect(actor.client.status.unacknowledged == 2)
        live.server.throttle(Throttle())
        #expect(await actor.isAcknowledged())
        #expect(live.endpoint.state.withLock { $0.keys.count } == 4)
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    @Test func submittingBlocksWhileTheOutboxIsFull() async throws {
        let live = try await LiveServer(endpoint: RecordingEndpoint(completesAtOnce: false))
        let actor = LiveClient(port: live.port, outboxBytes: 2 * sample().byteCount + 100)
        let done = Monitor(0)
        let client = actor.client
        let task = Task {
            await onThread {
                for _ in 0..<3 {
                    _ = try? client.submit(sample())
                    done.withLock { $0 += 1 }
                }
            }
        }
        #expect(await live.endpoint.state.waits { $0.keys.count == 2 })
        #expect(done.withLock { $0 } <= 2)
        live.commit()
        #expect(await done.waits { $0 == 3 })
        await task.value
        #expect(await live.endpoint.state.waits { $0.keys.count == 3 })
        live.commit()
        #expect(await client.finish(timeout: .seconds(60)) == 0)
        await live.server.stop()
    }

    @Test func whatIsUnacknowledgedIsSentAgainToARestartedLearner() async throws {
        let endpoint = RecordingEndpoint(completesAtOnce: false)
        let first = try await LiveServer(endpoint: endpoint)
        let actor = LiveClient(port: first.port)
        try await actor.submit(2)
        #expect(await endpoint.state.waits { $0.keys.count == 2 })
        first.commit()
        #expect(await actor.isAcknowledged())
        try await actor.submit(3)
        #expect(await endpoint.state.waits { $0.keys.count == 5 })
        // Committed, but the learner dies before it can say so.
        endpoint.state.withLock { state in
            state.stored.insert(state.pending[0])
            state.pending = []
        }
        await first.server.stop()
        try await actor.submit(1)
        let second = try await LiveServer(endpoint: endpoint, port: first.port)
        #expect(await endpoint.state.waits { $0.keys.count == 8 })
        #expect(endpoint.state.withLock { $0.keys.map(\.sequence) } == [1, 2, 3, 4, 5, 4, 5, 6])
        second.commit()
        #expect(await actor.client.finish(timeout: .seconds(60)) == 0)
        #expect(actor.client.status.reconnects == 1)
        #expect(endpoint.state.withLock { $0.stored.count } == 6)
        await second.server.stop()
    }

    @Test func finishGivesUpWhereThereIsNoLearner() async throws {
        let live = try await LiveServer()
        await live.server.stop()
        let actor = LiveClient(port: live.port)
        try await actor.submit(2)
        #expect(await actor.client.finish(timeout: .milliseconds(50)) == 2)
        try await actor.run.value
    }

    @Test func aClientThatNeverRanCanBeFinished() async throws {
        let client = LearnerClient(
            configuration: .init(learner: .at(.init(host: "127.0.0.1", port: 1)), actor: "a"), logger: quiet)
        try client.submit(sample())
        #expect(await client.finish(timeout: .milliseconds(10)) == 1)
        await #expect(throws: TransportError.stopped) { try await client.welcome() }
        try await client.run()
    }

    @Test func reportsArrive() async throws {
        let live = try await LiveServer()
        let actor = LiveClient(port: live.port)
        let episode = ActorReport.Episode(environment: 1, episodeReturn: 2, length: 3, policyVersion: 4)
        actor.client.report(
            ActorReport(
                environmentSteps: 9, stepsPerSecond: 8, policyVersion: 7,
                episodes: [ActorReport.Episode](repeating: episode, count: 1500)))
        await actor.client.finish(timeout: .seconds(60))
        #expect(await live.endpoint.state.waits { $0.reports.flatMap(\.episodes).count == 1500 })
        await live.server.stop()
    }

    @Test func drainingTakesNoMoreButAcknowledges() async throws {
        let live = try await LiveServer(endpoint: RecordingEndpoint(completesAtOnce: false))
        let actor = LiveClient(port: live.port)
        try await actor.submit(1)
        #expect(await live.endpoint.state.waits { $0.keys.count == 1 })
        live.server.drain("preempted")
        #expect(await actor.events.waits { $0.contains(.draining("preempted")) })
        try await actor.submit(1)
        live.commit()
        #expect(await actor.client.shared.waits { $0.outbox.count == 1 })
        #expect(live.endpoint.state.withLock { $0.keys.count } == 1)
        actor.client.stop()
        try await actor.run.value
        await live.server.stop()
    }

    /// Without room the server reads no more, keeps the connection beyond the time for silence, and goes on afterwards.
    @Test func withoutRoomTheConnectionWaits() async throws {
        let live = try await LiveServer(heartbeat: .milliseconds(400))
        let server = live.server
        live.endpoint.state.withLock { state in
            state.received = { if $0 == 3 { server.throttle(Throttle(mayRead: false)) } }
        }
        let actor = LiveClient(port: live.port)
        try await actor.submit(3)
        #expect(await live.endpoint.state.waits { $0.keys.count == 3 })
        let submitting = Task { try await actor.submit(30) }
        try await Task.sleep(for: .milliseconds(2000))
        #expect(live.endpoint.state.withLock { $0.keys.count } == 3)
        #expect(await live.server.connections.count == 1)
        live.server.throttle(Throttle())
        try await submitting.value
        #expect(await actor.isAcknowledged())
        #expect(live.endpoint.state.withLock { $0.keys.map(\.sequence) } == Array(1...33))
        #expect(actor.client.status.reconnects == 0)
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }
}
