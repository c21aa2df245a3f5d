import Experience
import NIOCore
import TestSupport
import Testing
import Threads
import TrajectoryCodec
import Wire

@testable import Transport

/// Peers that want to do harm, before and after they were let in: each is shut out within its time, is in the log once,
/// and changes nothing for an actor beside it.
@Suite(.timeLimit(.minutes(5))) struct HostilePeerTests {
    enum Peer: CaseIterable {
        case wrongToken, wrongVersion
        /// A Hello whose header claims 4 GiB of message, or of payload.
        case hugeMessage, hugePayload
        /// Half a Hello and then nothing, and a Hello of which a byte comes now and then.
        case silence, slowLoris
        /// Let in, and then: the same with a trajectory, a type that is not theirs, and half a frame before the end.
        case hugeTrajectory, learnersMessage, cutFrame

        var isLetIn: Bool { [.hugeTrajectory, .learnersMessage, .cutFrame].contains(self) }

        /// In the line of the log.
        var reason: String {
            switch self {
            case .wrongToken: "the token is wrong"
            case .wrongVersion: "protocol version 99"
            case .hugeMessage, .hugePayload, .hugeTrajectory: "is longer than the allowed"
            case .silence, .slowLoris: "has not introduced itself in time"
            case .learnersMessage: "welcome"
            case .cutFrame: "the connection was lost"
            }
        }
    }

    @Test(arguments: Peer.allCases) func isShutOut(peer: Peer) async throws {
        let log = RecordedLog()
        let live = try await LiveServer(handshakeTimeout: .seconds(2), logger: log.logger)
        let actor = LiveClient(port: live.port)
        try await actor.submit(2)
        let port = live.port
        let started = ContinuousClock.now
        let closed = try await onThread { Self.harm(peer, try RawSocket(port: port)) }
        #expect(closed, "the learner keeps the connection")
        #expect(ContinuousClock.now - started < .seconds(30))
        let line = peer.isLetIn ? "actor left" : "connection refused"
        #expect(
            await log.lines.waits { $0.count { $0.hasPrefix(line) && $0.contains(peer.reason) } == 1 },
            "\(log.lines.read { $0 })")
        try await actor.submit(3)
        #expect(await actor.isAcknowledged())
        #expect(actor.client.status.reconnects == 0)
        #expect(live.endpoint.state.withLock { $0.keys.count } == 5)
        #expect(await live.server.connections.map(\.actor) == ["a"])
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    /// - Returns: whether the learner has closed the connection in the end.
    private static func harm(_ peer: Peer, _ socket: RawSocket) -> Bool {
        defer { socket.close() }
        let hello = frame(.hello(Hello(token: "secret", actor: "hostile", incarnation: 1)))
        if peer.isLetIn {
            socket.send(hello)
            guard socket.receive()?.isEmpty == false else { return false }
        }
        switch peer {
        case .wrongToken: socket.send(frame(.hello(Hello(token: "guess", actor: "hostile", incarnation: 1))))
        case .wrongVersion:
            socket.send(frame(.hello(Hello(protocolVersion: 99, token: "secret", actor: "hostile", incarnation: 1))))
        case .hugeMessage: socket.send(claiming(hello, at: 8))
        case .hugePayload: socket.send(claiming(hello, at: 12))
        case .silence: socket.send(Array(hello[..<10]))
        case .slowLoris: return trickle(hello, socket)
        case .hugeTrajectory:
            socket.send(claiming(frame(.trajectory(TrajectoryMessage(sequence: 1, header: sample().header))), at: 12))
        case .learnersMessage:
            let welcome = Welcome(
                runID: "run", learnerGeneration: 1, actorIndex: 0, configuration: "", seed: 0, creditBytes: 1,
                storedThrough: 0, heartbeatMilliseconds: 1)
            socket.send(frame(.welcome(welcome)))
        case .cutFrame:
            socket.send(Array(frame(.heartbeat(Heartbeat(nanoseconds: 1)))[..<15]))
            return true
        }
        return socket.receiveToEnd() != nil
    }

    /// The same frame with a length of nearly 4 GiB.
    private static func claiming(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
        var bytes = bytes
        for byte in 0..<4 { bytes[offset + byte] = 0xF0 }
        return bytes
    }

    /// A byte every 100 ms, for longer than the learner may wait.
    private static func trickle(_ bytes: [UInt8], _ socket: RawSocket) -> Bool {
        for byte in bytes {
            socket.send([byte])
            if socket.isClosed(within: 0.1) { return true }
        }
        return false
    }

    /// A trajectory whose few bytes claim to become 128 MiB is refused by its header, and costs no memory.
    @Test func aBombIsRefusedAndTheConnectionStays() async throws {
        let live = try await LiveServer(endpoint: RecordingEndpoint(creditBytes: 1 << 30))
        let port = live.port
        var header = sample().header
        header.shape.image = ImageShape(height: 1024, width: 1024, channels: 1)
        header.steps = 1024
        header.blocks = [Int](repeating: 10, count: 65)
        let payload = ByteBuffer(repeating: 255, count: 650)
        header.checksum = payload.checksum()
        let answer = try await onThread { [header] in
            let socket = try RawSocket(port: port)
            defer { socket.close() }
            socket.send(frame(.hello(Hello(token: "secret", actor: "bomber", incarnation: 1))))
            // Welcome and credit.
            let start = socket.receive() ?? []
            socket.send(frame(.trajectory(TrajectoryMessage(sequence: 1, header: header)), payload: payload))
            return refusal(from: socket, after: start)
        }
        #expect(answer?.contains("the number of decompressed bytes") == true, "\(answer ?? "none")")
        #expect(live.endpoint.state.withLock { $0.keys.isEmpty })
        await live.server.stop()
    }
}

/// Why the first trajectory was refused.
private func refusal(from socket: RawSocket, after start: [UInt8]) -> String? {
    var decoder = FrameDecoder(limits: .answers)
    var received: [UInt8]? = start
    while let bytes = received, !bytes.isEmpty {
        defer { received = socket.receive() }
        decoder.append(ByteBuffer(bytes: bytes))
        while let frame = (try? decoder.next()).flatMap({ $0 }) {
            decoder.limits = .fromLearner
            if case .acknowledgement(let answer)? = try? Message(frame) { return answer.refused.first?.reason }
        }
    }
    return nil
}
