import Experience
import Foundation
import NIOCore
import TestSupport
import Testing
import Threads
import TrajectoryCodec
import Wire

@testable import Transport

/// Large frames of which only a part arrives: their memory is limited over all connections.
@Suite(.timeLimit(.minutes(5))) struct FrameMemoryTests {
    /// Noise that does not compress: 200 KB.
    private static let large: EncodedTrajectory = {
        var trajectory = Trajectory(StepShape(image: ImageShape(height: 64, width: 64), actionCount: 2))
        for step in 0..<16 {
            trajectory.append(
                Observation(
                    image: (0..<64 * 64 * 3).map { _ in UInt8.random(in: 0...255) }, reward: 0,
                    flags: step == 0 ? .first : []), action: .none(2), policyVersion: 1)
        }
        return TrajectoryCoder.encode(trajectory, position: StreamPosition(environment: 0, firstStep: 0))
    }()

    /// A peer that was admitted and has sent half of a large trajectory.
    private func half(_ name: String, port: Int) async throws -> RawSocket {
        try await onThread {
            let socket = try RawSocket(port: port)
            socket.send(frame(.hello(Hello(token: "secret", actor: name, incarnation: 1))))
            let bytes = frame(
                .trajectory(TrajectoryMessage(sequence: 1, header: Self.large.header)), payload: Self.large.payload)
            socket.send(Array(bytes[..<(bytes.count / 2)]))
            return socket
        }
    }

    /// Two that stall hold all the memory. One of them is closed once somebody waits for it, who then goes on.
    @Test func whoStallsIsClosedWhenOthersWait() async throws {
        let live = try await LiveServer(
            endpoint: RecordingEndpoint(creditBytes: 1 << 24), heartbeat: .seconds(3),
            frameMemory: 2 * Self.large.byteCount)
        let stalled = [try await half("x", port: live.port), try await half("y", port: live.port)]
        #expect(await live.endpoint.state.waits { $0.joined.count == 2 })
        let answers = stalled.map { socket in Task { await onThread { keepAlive(socket) } } }
        let actor = LiveClient(port: live.port, outboxBytes: 1 << 24)
        try await actor.submit(Self.large)
        #expect(await actor.isAcknowledged())
        #expect(live.endpoint.state.withLock { $0.keys.map(\.actor) } == ["a"])
        #expect(actor.client.status.reconnects == 0)
        // One of the two was enough.
        let reasons = live.endpoint.state.read { $0.left }
        #expect(!reasons.isEmpty && reasons.allSatisfy { $0.contains("others waited for its memory") })
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
        for answer in answers { await answer.value }
    }

    @Test func thereIsEnoughForAllInTurn() async throws {
        let live = try await LiveServer(
            endpoint: RecordingEndpoint(creditBytes: 1 << 24), frameMemory: Self.large.byteCount)
        let actors = (0..<6).map { LiveClient(port: live.port, actor: "a\($0)", outboxBytes: 1 << 24) }
        for actor in actors {
            for _ in 0..<5 { try await actor.submit(Self.large) }
        }
        for actor in actors { #expect(await actor.isAcknowledged()) }
        #expect(live.endpoint.state.withLock { $0.keys.count } == 30)
        for actor in actors { await actor.client.finish(timeout: .seconds(60)) }
        await live.server.stop()
    }
}

/// One byte now and then, so that it is not silent, until the other side closes.
private func keepAlive(_ socket: RawSocket) {
    let reading = Monitor(false)
    let thread = Thread {
        _ = socket.receiveToEnd()
        reading.withLock { $0 = true }
    }
    thread.start()
    while reading.wait(until: .now + .milliseconds(200), for: { $0 ? true : nil }) == nil { socket.send([0]) }
    socket.close()
}
