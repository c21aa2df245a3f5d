import NIOCore
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
        #expect(await onThread { client.waitForWeights(newerThan: 0, timeout: .seconds(10)) } == weights(2))
        #expect(client.latestWeights(newerThan: 2) == nil)
        live.server.publish(weights(3, count: 1_000_000))
        #expect(
            await onThread { client.waitForWeights(newerThan: 2, timeout: .seconds(10)) }
                == weights(3, count: 1_000_000))
        await client.finish(timeout: .seconds(10))
        #expect(await onThread { client.waitForWeights(newerThan: 3, timeout: .seconds(10)) } == nil)
        await live.server.stop()
    }

    @Test func aStalledReaderDelaysNobodyAndQueuesNothing() async throws {
        let live = try await LiveServer(heartbeat: .seconds(60))
        let port = live.port
        let (stalled, start) = await onThread {
            let socket = RawSocket(port: port)
            socket.send(frame(.hello(Hello(token: "secret", actor: "stalled", incarnation: 1))))
            return (socket, socket.receive(20) ?? [])
        }
        let actor = LiveClient(port: live.port, actor: "quick")
        let client = actor.client
        _ = try await client.welcome()
        // 16 MB each: more than the sockets between them hold.
        for version in 1...20 as ClosedRange<UInt64> {
            live.server.publish(weights(version, count: 4_000_000))
            let received = await onThread {
                client.waitForWeights(newerThan: version - 1, timeout: .seconds(10))
            }
            #expect(received?.version == version)
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
        await client.finish(timeout: .seconds(10))
        await live.server.stop()
    }
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
