import NIOCore
import TestSupport
import Testing
import Threads
import Wire

@testable import Transport

@Suite struct HandshakeTests {
    @Test func welcomeCarriesWhatTheEndpointSays() async throws {
        let live = try await LiveServer()
        let actor = LiveClient(port: live.port, runID: "run")
        let welcome = try await actor.client.welcome()
        #expect(
            welcome
                == Welcome(
                    runID: "run", learnerGeneration: 4, actorIndex: 3, configuration: "size: nano\n", seed: 7,
                    creditBytes: 1 << 20, storedThrough: 0, heartbeatMilliseconds: 5000))
        #expect(await live.server.connections.map(\.actor) == ["a"])
        #expect(await actor.client.finish(timeout: .seconds(60)) == 0)
        try await actor.run.value
        #expect(await live.endpoint.state.waits { $0.left == ["everything is handed over"] })
        await live.server.stop()
    }

    @Test(arguments: [("wrong", "", Refusal.Code.token), ("secret", "other", .run)])
    func refusalsAreFinal(token: String, runID: String, code: Refusal.Code) async throws {
        let live = try await LiveServer()
        let actor = LiveClient(port: live.port, token: token, runID: runID)
        await #expect {
            try await actor.run.value
        } throws: { error in
            guard case .refused(let refusal) = error as? TransportError else { return false }
            return refusal.code == code
        }
        await #expect(throws: TransportError.self) { try await actor.client.welcome() }
        #expect(throws: TransportError.self) { try actor.client.submit(sample()) }
        #expect(live.endpoint.state.withLock { $0.joined.isEmpty })
        await live.server.stop()
    }

    @Test func anotherVersionIsToldWhatToDo() async throws {
        let live = try await LiveServer()
        let port = live.port
        let answer = try await onThread {
            let socket = try RawSocket(port: port)
            defer { socket.close() }
            socket.send(frame(.hello(Hello(protocolVersion: 99, token: "secret", actor: "a", incarnation: 1))))
            return socket.receiveToEnd()
        }
        var decoder = FrameDecoder(limits: .answers)
        decoder.append(ByteBuffer(bytes: try #require(answer)))
        let message = try Message(try #require(try decoder.next()))
        guard case .refusal(let refusal) = message else {
            Issue.record("\(message)")
            return
        }
        #expect(refusal.code == .protocolVersion)
        #expect(refusal.message.contains("run the same release on both sides"))
        await live.server.stop()
    }

    @Test func randomBytesAreRefusedWhileOthersGoOn() async throws {
        let live = try await LiveServer()
        let actor = LiveClient(port: live.port)
        _ = try await actor.client.welcome()
        let port = live.port
        for _ in 0..<20 {
            let answer = try await onThread {
                let socket = try RawSocket(port: port)
                defer { socket.close() }
                socket.send((0..<500).map { _ in .random(in: 0...255) })
                return socket.receiveToEnd()
            }
            #expect(answer == [])
        }
        try await actor.submit(5)
        #expect(await actor.isAcknowledged())
        #expect(await live.server.connections.count == 1)
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    @Test func aSlowGreetingIsCutOff() async throws {
        let live = try await LiveServer(handshakeTimeout: .milliseconds(50))
        let port = live.port
        let answer = try await onThread {
            let socket = try RawSocket(port: port)
            defer { socket.close() }
            socket.send(Array(frame(.hello(Hello(actor: "a", incarnation: 1)))[..<10]))
            return socket.receiveToEnd()
        }
        #expect(answer == [])
        await live.server.stop()
    }

    @Test func aPortInUseIsOneLine() async throws {
        let live = try await LiveServer()
        await #expect(throws: TransportError.addressInUse(host: "127.0.0.1", port: live.port)) {
            _ = try await LiveServer(port: live.port)
        }
        await live.server.stop()
    }

    @Test func aNewerConnectionReplacesTheOlder() async throws {
        let live = try await LiveServer()
        let older = LiveClient(port: live.port, incarnation: 1)
        _ = try await older.client.welcome()
        let newer = LiveClient(port: live.port, incarnation: 2)
        _ = try await newer.client.welcome()
        await #expect(throws: TransportError.replaced(actor: "a")) { try await older.run.value }
        try await newer.submit(1)
        #expect(await newer.isAcknowledged())
        #expect(live.endpoint.state.withLock { $0.left.isEmpty })
        #expect(await live.server.connections.map(\.incarnation) == [2])
        await newer.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    @Test func aFullServerTakesNoMore() async throws {
        let live = try await LiveServer(maximumConnections: 1)
        let first = LiveClient(port: live.port, actor: "first")
        _ = try await first.client.welcome()
        let port = live.port
        let answer = try await onThread {
            let socket = try RawSocket(port: port)
            defer { socket.close() }
            socket.send(frame(.hello(Hello(token: "secret", actor: "second", incarnation: 1))))
            return socket.receiveToEnd()
        }
        var decoder = FrameDecoder(limits: .answers)
        decoder.append(ByteBuffer(bytes: try #require(answer)))
        guard case .refusal(let refusal) = try Message(try #require(try decoder.next())) else {
            Issue.record("a second actor was let in")
            return
        }
        #expect(refusal.code == .full)
        await first.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    @Test func silentPeersAreClosedAndSpeakingOnesAreNot() async throws {
        let live = try await LiveServer(heartbeat: .milliseconds(500))
        let actor = LiveClient(port: live.port, actor: "speaking")
        _ = try await actor.client.welcome()
        let port = live.port
        let answer = try await onThread {
            let socket = try RawSocket(port: port)
            defer { socket.close() }
            socket.send(frame(.hello(Hello(token: "secret", actor: "silent", incarnation: 1))))
            return socket.receiveToEnd()
        }
        #expect(answer != nil)
        #expect(await live.endpoint.state.waits { $0.left == ["it was silent for 3 heartbeats"] })
        #expect(await live.server.connections.map(\.actor) == ["speaking"])
        #expect(actor.client.status.reconnects == 0)
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }
}
