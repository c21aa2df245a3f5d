import Certificates
import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Threads

@testable import Transport

/// An authority and the files of those that it signs for, in a directory that goes with this object.
final class TestIdentities: Sendable {
    private let authority: CertificateAuthority
    private let directory = FileManager.default.temporaryDirectory.path + "/tls-\(UUID().uuidString)"
    private static let anHour = DateInterval(start: Date() - 60, duration: 3600)

    init() throws {
        authority = try CertificateAuthority(valid: Self.anHour)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try authority.identity.certificate.write(toFile: directory + "/ca.pem", atomically: true, encoding: .utf8)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    func files(
        _ role: CertificateAuthority.Role, hosts: [String] = ["127.0.0.1"], valid validity: DateInterval? = nil
    ) -> TLSFiles {
        let files = TLSFiles(
            certificate: "\(directory)/\(UUID().uuidString).pem", key: "\(directory)/\(UUID().uuidString).pem",
            authority: directory + "/ca.pem")
        do {
            let identity = try authority.issue(role, hosts: hosts, valid: validity ?? Self.anHour)
            try identity.certificate.write(toFile: files.certificate, atomically: true, encoding: .utf8)
            try identity.key.write(toFile: files.key, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: files.key)
        } catch { fatalError("cannot make certificates for a test: \(error)") }
        return files
    }
}

/// A client that speaks TLS as it likes.
enum TLSStranger {
    /// Sends `bytes` as soon as TLS allows and returns what it receives until the other side closes.
    static func talk(_ configuration: TLSConfiguration, port: Int, bytes: [UInt8]) async throws -> [UInt8] {
        let context = try NIOSSLContext(configuration: configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let received = loop.makePromise(of: [UInt8].self)
        let connection = ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                try pipeline.addHandler(Collector(greeting: bytes, received: received))
            }
        }.connect(host: "127.0.0.1", port: port)
        connection.whenFailure { received.fail($0) }
        return try await received.futureResult.get()
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let greeting: [UInt8]
        private let received: EventLoopPromise<[UInt8]>
        private var bytes: [UInt8] = []

        init(greeting: [UInt8], received: EventLoopPromise<[UInt8]>) {
            self.greeting = greeting
            self.received = received
        }

        func channelActive(context: ChannelHandlerContext) {
            context.writeAndFlush(NIOAny(ByteBuffer(bytes: greeting)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += Array(buffer: unwrapInboundIn(data))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            received.succeed(bytes)
        }
    }
}

/// What was logged, line by line.
struct RecordedLog: Sendable {
    let lines = Monitor([String]())

    var logger: Logger {
        let lines = lines
        return Logger(label: "test") { _ in Handler(lines: lines) }
    }

    private struct Handler: LogHandler {
        let lines: Monitor<[String]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let details = event.metadata.map { "\($0)" } ?? ""
            lines.withLock { $0.append("\(event.message) \(details)") }
        }
    }
}
