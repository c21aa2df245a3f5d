import NIOCore
import TestSupport
import Testing
import Wire

@testable import Transport

@Suite struct WeightsTests {
    @Test func actorsGetTheNewestAtOnceAndLater() async throws {
        let live = try await LiveServer()
        live.server.publish(weights(1))
        live.server.publish(weights(2))
        let actor = LiveClient(port: live.port)
        let client = actor.client
        let second = try #require(await onThread { client.waitForWeights(otherThan: nil, timeout: .seconds(60)) })
        #expect(second.policy == weights(2))
        #expect(second.identity == WeightsIdentity(learnerGeneration: 4, version: 2))
        #expect(client.latestWeights(otherThan: second.identity) == nil)
        #expect(client.latestWeights(otherThan: nil) == second)
        live.server.publish(weights(3, count: 1_000_000))
        let third = await onThread { client.waitForWeights(otherThan: second.identity, timeout: .seconds(60)) }
        #expect(third?.policy == weights(3, count: 1_000_000))
        await client.finish(timeout: .seconds(60))
        #expect(await onThread { client.waitForWeights(otherThan: nil, timeout: .seconds(60)) } == nil)
        await live.server.stop()
    }

    /// A learner that went back to a checkpoint gives a number again, to other weights.
    @Test func theSameVersionOfALaterLearnerIsAnother() async throws {
        let first = try await LiveServer()
        first.server.publish(weights(5))
        let actor = LiveClient(port: first.port)
        let client = actor.client
        _ = try await client.welcome()
        let old = try #require(await onThread { client.waitForWeights(otherThan: nil, timeout: .seconds(60)) })
        await first.server.stop()
        let second = try await LiveServer(port: first.port, generation: 5)
        second.server.publish(weights(5, count: 7))
        let new = await onThread { client.waitForWeights(otherThan: old.identity, timeout: .seconds(60)) }
        #expect(new?.policy == weights(5, count: 7))
        #expect(new?.identity == WeightsIdentity(learnerGeneration: 5, version: 5))
        await client.finish(timeout: .seconds(60))
        await second.server.stop()
    }

    /// What a thread waits for when the actor is asked to stop does not come any more.
    @Test func stoppingEndsTheWait() async throws {
        let live = try await LiveServer()
        let client = LiveClient(port: live.port).client
        _ = try await client.welcome()
        let started = ContinuousClock.now
        async let waited = onThread { client.waitForWeights(otherThan: nil, timeout: .seconds(30)) }
        client.stopSubmitting()
        #expect(await waited == nil)
        #expect(ContinuousClock.now - started < .seconds(20))
        await client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    /// Who has not been sent weights that are new enough gets no credit until it has.
    @Test func whoHasOldWeightsIsHeldBack() async throws {
        let live = try await LiveServer(heartbeat: .seconds(60))
        live.server.throttle(Throttle(maximumStaleness: 5))
        live.server.publish(weights(10, count: 4_000_000))
        let (stalled, start) = try await stall(port: live.port)
        let actor = LiveClient(port: live.port, actor: "quick")
        try await actor.submit(3)
        #expect(await actor.isAcknowledged())
        #expect(await live.server.connections.map(\.credit) == [1 << 20, 0])
        let credit = await onThread { firstCredit(start: start, from: stalled) }
        #expect(credit == 1 << 20)
        stalled.close()
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    @Test func aStalledReaderDelaysNobodyAndQueuesNothing() async throws {
        let live = try await LiveServer(heartbeat: .seconds(60))
        let (stalled, start) = try await stall(port: live.port)
        let actor = LiveClient(port: live.port, actor: "quick")
        let client = actor.client
        _ = try await client.welcome()
        // 16 MB each: more than the sockets between them hold.
        var known: WeightsIdentity?
        for version in 1...20 as ClosedRange<UInt64> {
            live.server.publish(weights(version, count: 4_000_000))
            let received = await onThread { [known] in
                client.waitForWeights(otherThan: known, timeout: .seconds(60))
            }
            #expect(received?.policy.version == version)
            known = received?.identity
        }
        let status = await live.server.connections
        #expect(status.map(\.actor) == ["quick", "stalled"])
        #expect(status.first?.weightsVersion == 20)
        #expect(status.last?.weightsVersion == nil)
        // When it reads again, it gets the version that had begun and then the newest, none between.
        let versions = await onThread {
            defer { stalled.close() }
            return offers(start: start, from: stalled, until: 20)
        }
        #expect(versions == [1, 20])
        await client.finish(timeout: .seconds(60))
        await live.server.stop()
    }
}

/// A client that is let in and reads no more than 20 bytes, which are returned.
private func stall(port: Int) async throws -> (RawSocket, [UInt8]) {
    try await onThread {
        let socket = try RawSocket(port: port)
        socket.send(frame(.hello(Hello(token: "secret", actor: "stalled", incarnation: 1))))
        return (socket, socket.receive(20) ?? [])
    }
}

/// The first credit granted over `socket`, whose first bytes have been read already.
private func firstCredit(start: [UInt8], from socket: RawSocket) -> UInt64? {
    var decoder = FrameDecoder(limits: .answers)
    decoder.append(ByteBuffer(bytes: start))
    while let bytes = socket.receive(1 << 20), !bytes.isEmpty {
        decoder.append(ByteBuffer(bytes: bytes))
        while let frame = (try? decoder.next()).flatMap({ $0 }) {
            decoder.limits = .fromLearner
            if case .credit(let credit)? = try? Message(frame) { return credit.bytes }
        }
    }
    return nil
}

/// Versions offered over `socket`, whose first bytes have been read already, until `last` is offered.
private func offers(start: [UInt8], from socket: RawSocket, until last: UInt64) -> [UInt64] {
    var decoder = FrameDecoder(limits: .answers)
    decoder.append(ByteBuffer(bytes: start))
    var versions: [UInt64] = []
    while versions.last != last, let bytes = socket.receive(1 << 20), !bytes.isEmpty {
        decoder.append(ByteBuffer(bytes: bytes))
        while let frame = (try? decoder.next()).flatMap({ $0 }) {
            decoder.limits = .fromLearner
            if case .weightsOffer(let offer)? = try? Message(frame) { versions.append(offer.version) }
        }
    }
    return versions
}
