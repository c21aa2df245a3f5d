import Diagnostics
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Serves the page. It has an event loop and a thread of its own, so that nothing it does, and nothing that browsers leave
/// undone, holds up who measures.
public final class DashboardServer: Sendable {
    /// Where and to whom.
    public struct Options: Sendable {
        public var host: String
        public var port: Int
        /// This machine's name for others, where it listens on all of its addresses; nil for its host name.
        public var advertisedHost: String?
        /// What whoever is not on this machine must show; nil on loopback.
        public var token: String?
        /// Nil: connections are not encrypted.
        public var encryption: Encryption?
        /// How many of the ports that follow will do where this one is taken.
        public var furtherPorts = 0

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// Files that prove who serves; browsers have no certificates to show.
    public struct Encryption: Sendable {
        public var certificate: String, key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Connections at a time, events' among them, and how long one may be idle.
    private static let maximumConnections = 256
    private static let idleTimeout = TimeAmount.seconds(60)
    /// Bytes of a request's head: nobody has reason to send more.
    private static let maximumHead = 16 << 10

    /// It ends with the process: a server that is stopped while it starts still has work for it when `serve` has returned.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let options: Options
    private let runs: RunList
    private let metrics: (@Sendable () -> String)?
    private let readiness = Atomic(false)
    private let connections = OpenConnections()

    /// - Parameter metrics: what `/metrics` answers; nil for nothing.
    package init(_ options: Options, runs: RunList, metrics: (@Sendable () -> String)? = nil) {
        self.options = options
        self.runs = runs
        self.metrics = metrics
    }

    /// Whether `/health/ready` says so.
    public func setReady(_ isReady: Bool) { readiness.store(isReady, ordering: .relaxed) }

    /// Serves while `work` goes on.
    /// - Parameter listening: called with the page's address once it can be asked for, or with why it cannot; `work` goes on
    ///   either way.
    public func serve<Result: Sendable>(
        during work: @Sendable @escaping () async throws -> Result,
        listening: @Sendable @escaping (Swift.Result<String, UserError>) -> Void
    ) async throws -> Result {
        let outcome = await withTaskGroup(of: Void.self, returning: Swift.Result<Result, any Error>.self) { tasks in
            tasks.addTask { await self.serve(listening) }
            let outcome: Swift.Result<Result, any Error>
            do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
            tasks.cancelAll()
            connections.closeAll()
            return outcome
        }
        return try outcome.get()
    }

    /// Until it is cancelled. A port that is taken is no reason to stop anything.
    private func serve(_ listening: @escaping @Sendable (Swift.Result<String, UserError>) -> Void) async {
        do { try await serve(firstFreeOf: ports, listening) } catch is CancellationError {
            // The run is over.
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            listening(.failure(Self.failure("\(options.host):\(options.port) is taken by another program")))
        } catch {
            listening(.failure(Self.failure("\(options.host):\(options.port): \(error)")))
        }
    }

    /// In their order; a free one that the system chooses might be one that somebody has just let go and wants back.
    private var ports: ClosedRange<Int> {
        options.port == 0 ? 0...0 : options.port...min(options.port + options.furtherPorts, Int(UInt16.max))
    }

    private func serve(
        firstFreeOf ports: ClosedRange<Int>,
        _ listening: @escaping @Sendable (Swift.Result<String, UserError>) -> Void
    ) async throws {
        for port in ports {
            do { return try await serve(port: port, listening) } catch let error as IOError {
                guard error.errnoCode == EADDRINUSE, port < ports.upperBound else { throw error }
            }
        }
    }

    private func serve(
        port: Int, _ listening: @escaping @Sendable (Swift.Result<String, UserError>) -> Void
    ) async throws {
        let gallery = Gallery()
        let feed = EventFeed(runs, gallery: gallery)
        let router = Router()
        Routes(
            runs: runs, feed: feed, gallery: gallery, access: Access(token: options.token, port: port),
            isEncrypted: options.encryption != nil, metrics: metrics,
            isReady: { self.readiness.load(ordering: .relaxed) }
        ).add(to: router)
        let application = Application(
            router: router, server: try protocols(),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)),
            onServerRunning: { listening(.success(self.address(port: $0.localAddress?.port ?? port))) },
            eventLoopGroupProvider: .shared(Self.group),
            logger: Logger(label: "dashboard") { _ in SwiftLogNoOpLogHandler() }
        )
        async let _: Void = feed.run()
        try await application.run()
    }

    private func protocols() throws -> HTTPServerBuilder {
        let http = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [ConnectionNote(self.connections)], idleTimeout: Self.idleTimeout,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: Self.maximumHead, maxHeaderListSize: Self.maximumHead, maxHeaderFieldCount: 100)
            ))
        guard let files = options.encryption else { return http }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.shutdownTimeout = .seconds(1)
        return try .tls(http, tlsConfiguration: configuration)
    }

    /// What a person opens; who listens everywhere is reached by this machine's name.
    private func address(port: Int) -> String {
        let everywhere = ["0.0.0.0", "::"].contains(options.host)
        let host = everywhere ? options.advertisedHost ?? ProcessInfo.processInfo.hostName : options.host
        return (options.encryption == nil ? "http" : "https") + "://"
            + (host.contains(":") ? "[\(host)]" : host) + ":\(port)/"
    }

    private static func failure(_ reason: String) -> UserError {
        UserError("there is no dashboard: \(reason)", exitCode: 1)
    }
}
