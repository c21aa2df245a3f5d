import Certificates
import Foundation
import Logging
import NIOCore
import NIOSSL
import TestSupport
import Testing
import Threads
import Wire

@testable import Transport

/// Who shows the right certificate gets in, and nobody else does.
@Suite(.timeLimit(.minutes(5))) struct TLSTests {
    let identities: TestIdentities

    init() throws {
        identities = try TestIdentities()
    }

    // MARK: Who belongs here

    @Test func trajectoriesAndWeightsTravelEncrypted() async throws {
        let live = try await LiveServer(tls: identities.files(.learner))
        let actor = LiveClient(port: live.port, tls: identities.files(.actor))
        try await actor.submit(20)
        #expect(await actor.isAcknowledged())
        live.server.publish(weights(3, count: 500_000))
        #expect(await actor.events.waits { $0.contains(.weights(version: 3)) })
        #expect(live.endpoint.state.withLock { $0.keys.count } == 20)
        await actor.client.finish(timeout: .seconds(60))
        #expect(await live.endpoint.state.waits { $0.left == ["everything is handed over"] })
        await live.server.stop()
    }

    @Test func theHostNameIsChecked() async throws {
        let live = try await LiveServer(tls: identities.files(.learner, hosts: ["elsewhere.example", "192.0.2.1"]))
        let actor = LiveClient(port: live.port, tls: identities.files(.actor))
        await expectDistrust(actor, "not made for this host")
        #expect(live.endpoint.state.withLock { $0.joined.isEmpty })
        await live.server.stop()
    }

    /// One that was announced is trusted wherever it is shown, and no other of the same authority.
    @Test func theAnnouncedCertificateIsExpected() async throws {
        let files = identities.files(.learner, hosts: ["elsewhere.example"])
        let live = try await LiveServer(tls: files)
        let announced = Monitor(try String(contentsOfFile: identities.files(.learner).certificate, encoding: .utf8))
        let port = live.port
        let place = LearnerPlace.lookedUp(name: "a file") {
            (try? LearnerAddress(host: "127.0.0.1", port: port, certificate: announced.read { $0 }))
                .map { .at($0) } ?? .unknown("damaged")
        }
        let actor = LiveClient(learner: place, tls: identities.files(.actor))
        try await Task.sleep(for: .milliseconds(300))
        #expect(live.endpoint.state.withLock { $0.joined.isEmpty })
        announced.withLock { $0 = (try? String(contentsOfFile: files.certificate, encoding: .utf8)) ?? "" }
        try await actor.submit(5)
        #expect(await actor.isAcknowledged())
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    @Test func aPlaceThatIsCompleteDismisses() async throws {
        let actor = LiveClient(learner: .lookedUp(name: "a file") { .complete })
        try await actor.run.value
    }

    /// Somebody who has an actor's certificate must not be able to pass as the learner.
    @Test func anActorsCertificateMakesNoLearner() async throws {
        let live = try await LiveServer(tls: identities.files(.actor))
        let actor = LiveClient(port: live.port, tls: identities.files(.actor))
        await expectDistrust(actor, "not valid here")
        await live.server.stop()
    }

    @Test func aLearnerOfAnotherAuthorityIsNotTrusted() async throws {
        let other = try TestIdentities()
        let live = try await LiveServer(tls: other.files(.learner))
        let actor = LiveClient(port: live.port, tls: identities.files(.actor))
        await expectDistrust(actor, "not valid here")
        #expect(live.endpoint.state.withLock { $0.joined.isEmpty })
        await live.server.stop()
    }

    private func expectDistrust(_ actor: LiveClient, _ part: String) async {
        await #expect {
            try await actor.run.value
        } throws: { error in
            guard case .distrusted(let reason) = error as? TransportError else { return false }
            return reason.contains(part)
        }
    }

    /// A learner's certificates are renewed while it runs: who connects from then on sees the new ones.
    @Test func newFilesAreTakenWithoutARestart() throws {
        let files = identities.files(.learner)
        let log = RecordedLog()
        let security = try RenewedSecurity(files)
        let before = security.context
        security.renew(log.logger)
        #expect(security.context === before)
        try copy(identities.files(.learner), to: files)
        security.renew(log.logger)
        let renewed = security.context
        #expect(renewed !== before)
        // What is of no use is said once, and changes nothing.
        try "nothing".write(toFile: files.certificate, atomically: true, encoding: .utf8)
        for _ in 0..<3 { security.renew(log.logger) }
        #expect(security.context === renewed)
        #expect(log.lines.read { $0.count } == 2, "\(log.lines.read { $0 })")
    }

    private func copy(_ from: TLSFiles, to: TLSFiles) throws {
        for (new, old) in [(from.certificate, to.certificate), (from.key, to.key)] {
            try FileManager.default.removeItem(atPath: old)
            try FileManager.default.copyItem(atPath: new, toPath: old)
        }
    }

    // MARK: Strangers

    enum Stranger: CaseIterable {
        case withoutCertificate, ofAnotherAuthority, expired, withTheLearnersCertificate, ofAnOlderTLS, withoutTLS
    }

    /// Each is refused for what it is, before it is heard and not because its time is up, with one line in the log, while an
    /// actor that belongs here goes on.
    @Test(arguments: Stranger.allCases)
    func strangersAreRefused(stranger: Stranger) async throws {
        let log = RecordedLog()
        let live = try await LiveServer(tls: identities.files(.learner), logger: log.logger)
        let actor = LiveClient(port: live.port, tls: identities.files(.actor))
        try await actor.submit(2)
        let answer = try await knock(stranger, port: live.port)
        #expect(answer.isEmpty, "a stranger was answered with \(answer.count) bytes")
        try await actor.submit(3)
        #expect(await actor.isAcknowledged())
        #expect(live.endpoint.state.withLock { $0.joined.map(\.actor) } == ["a"])
        #expect(actor.client.status.reconnects == 0)
        #expect(await log.lines.waits { $0.count { $0.hasPrefix("connection refused") } == 1 })
        #expect(!log.lines.read { $0.contains { $0.contains("in time") } })
        await actor.client.finish(timeout: .seconds(60))
        await live.server.stop()
    }

    /// Bytes of the protocol that a stranger received after sending a right Hello.
    private func knock(_ stranger: Stranger, port: Int) async throws -> [UInt8] {
        let hello = frame(.hello(Hello(token: "secret", actor: "stranger", incarnation: 1)))
        if stranger == .withoutTLS {
            let answer = try await onThread { () -> [UInt8]? in
                let socket = try RawSocket(port: port)
                defer { socket.close() }
                socket.send(hello)
                return socket.receiveToEnd()
            }
            // An alert record of TLS is no answer of the protocol.
            return try #require(answer).first == 21 ? [] : answer ?? []
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        let others = try TestIdentities()
        let files: TLSFiles? =
            switch stranger {
            case .ofAnotherAuthority: others.files(.actor)
            case .expired: identities.files(.actor, valid: DateInterval(start: Date() - 7200, duration: 3600))
            case .withTheLearnersCertificate: identities.files(.learner)
            case .ofAnOlderTLS: identities.files(.actor)
            case .withoutCertificate, .withoutTLS: nil
            }
        if stranger == .ofAnOlderTLS { configuration.maximumTLSVersion = .tlsv12 }
        if let files {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(files.certificate).map {
                .certificate($0)
            }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
        }
        return try await TLSStranger.talk(configuration, port: port, bytes: hello)
    }

    // MARK: Files

    @Test func unusableFilesAreNamed() async throws {
        let good = identities.files(.actor)
        let expired = identities.files(.actor, valid: DateInterval(start: Date() - 7200, duration: 3600))
        let future = identities.files(.actor, valid: DateInterval(start: Date() + 3600, duration: 3600))
        let open = identities.files(.actor)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: open.key)
        for (files, part) in [
            (TLSFiles(certificate: "/nowhere.pem", key: good.key, authority: good.authority), "/nowhere.pem cannot"),
            (TLSFiles(certificate: good.key, key: good.key, authority: good.authority), "no certificate"),
            (TLSFiles(certificate: good.certificate, key: good.authority, authority: good.authority), "no private key"),
            (
                TLSFiles(certificate: good.certificate, key: identities.files(.learner).key, authority: good.authority),
                "not the key of"
            ),
            (expired, "expired at"), (future, "is valid from"),
            (open, "others can read the key \(open.key): chmod 600"),
        ] {
            let actor = LiveClient(port: 1, tls: files)
            await #expect {
                try await actor.run.value
            } throws: { error in
                guard case .certificates(let problem) = error as? TransportError else { return false }
                return problem.contains(part)
            }
        }
    }
}
