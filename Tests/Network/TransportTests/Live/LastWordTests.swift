import NIOCore
import TestSupport
import Testing
import Threads
import TrajectoryCodec
import Wire

@testable import Transport

/// What the learner says last arrives, whatever is on its way to it.
@Suite(.timeLimit(.minutes(5))) struct LastWordTests {
    /// Sends far more than there is credit for, and reads only then.
    @Test func aViolationIsToldAlthoughMoreIsUnderWay() async throws {
        // Nothing is committed, so that no credit comes back.
        let live = try await LiveServer(endpoint: RecordingEndpoint(completesAtOnce: false, creditBytes: 1000))
        let port = live.port
        let answers = try await onThread { () -> [Message] in
            let socket = try RawSocket(port: port)
            defer { socket.close() }
            socket.send(frame(.hello(Hello(token: "secret", actor: "greedy", incarnation: 1))))
            for sequence in 1...200 as ClosedRange<UInt64> {
                let trajectory = sample(steps: 64)
                let message = TrajectoryMessage(sequence: sequence, header: trajectory.header)
                socket.send(frame(.trajectory(message), payload: trajectory.payload))
            }
            return messages(from: socket)
        }
        guard case .goodbye(let goodbye)? = answers.last else {
            Issue.record("\(answers.map(\.type))")
            return
        }
        #expect(goodbye.reason == .violation)
        #expect(goodbye.message.contains("exceeds the credit"))
        await live.server.stop()
    }

    /// A peer that sends and never reads: it is not read for long, and then closed.
    @Test func aPeerThatDoesNotReadItsAcknowledgementsIsClosed() async throws {
        let live = try await LiveServer(
            endpoint: RecordingEndpoint(creditBytes: 1 << 30), heartbeat: .seconds(2))
        let port = live.port
        let sent = try await onThread { () -> Int in
            let socket = try RawSocket(port: port, receiveBuffer: 4096)
            defer { socket.close() }
            socket.send(frame(.hello(Hello(token: "secret", actor: "deaf", incarnation: 1))))
            // Welcome and credit.
            _ = socket.receive()
            var header = sample(steps: 1).header
            header.checksum ^= 1
            let payload = sample(steps: 1).payload
            for sequence in 1...2_000_000 as ClosedRange<UInt64> {
                let message = Message.trajectory(TrajectoryMessage(sequence: sequence, header: header))
                guard socket.sendAll(frame(message, payload: payload)) else { return Int(sequence) }
            }
            return 2_000_000
        }
        #expect(sent < 2_000_000, "all was taken")
        #expect(
            await live.endpoint.state.waits { $0.left == ["it did not read its acknowledgements for 3 heartbeats"] },
            "\(live.endpoint.state.read { $0.left })")
        await live.server.stop()
    }

    /// Whoever was away when the run was completed hears so when it comes back, and ends without an error.
    @Test func whoComesAfterTheRunIsDismissed() async throws {
        let live = try await LiveServer()
        live.server.finish("the run is complete")
        let late = LiveClient(port: live.port)
        try await late.run.value
        #expect(live.endpoint.state.withLock { $0.joined.isEmpty })
        await live.server.stop(.finished)
    }

    /// In lockstep the learner waits for the steps of each trajectory, and the actor for what it makes of them.
    @Test func aClientThatNeedsAllEndsWhenOneIsRefused() async throws {
        let live = try await LiveServer()
        let actor = LiveClient(port: live.port)
        actor.client.endWhenRefused()
        let right = sample()
        var header = right.header
        header.checksum ^= 1
        try await actor.submit(EncodedTrajectory(header: header, payload: right.payload))
        await #expect {
            try await actor.run.value
        } throws: { error in
            guard case .trajectoryRefused(let reason)? = error as? TransportError else { return false }
            return reason.contains("checksum")
        }
        let client = actor.client
        #expect(await onThread { client.waitForWeights(otherThan: nil, timeout: .seconds(60)) } == nil)
        await live.server.stop()
    }
}

/// All that the learner says until it closes.
private func messages(from socket: RawSocket) -> [Message] {
    var decoder = FrameDecoder(limits: .answers)
    var messages: [Message] = []
    while let bytes = socket.receive(), !bytes.isEmpty {
        decoder.append(ByteBuffer(bytes: bytes))
        while let frame = (try? decoder.next()).flatMap({ $0 }) {
            decoder.limits = .fromLearner
            if let message = try? Message(frame) { messages.append(message) }
        }
    }
    return messages
}
