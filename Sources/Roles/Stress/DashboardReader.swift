import Diagnostics
import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Reads the events of a dashboard as a browser does, and counts their bytes.
final class DashboardReader: Sendable {
    private let channel: any Channel
    private let counter: ByteCounter

    /// - Parameter address: of the page.
    /// - Throws: where it cannot be reached.
    init(_ address: String) async throws {
        guard let url = URL(string: address), let host = url.host(), let port = url.port else {
            throw UserError("--read-dashboard: \(address) is no address of a page")
        }
        let counter = ByteCounter()
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { $0.pipeline.addHandler(ByteCountHandler(counter)) }
            .connect(host: host, port: port).get()
        self.counter = counter
        let request = "GET /api/events HTTP/1.1\r\nHost: \(host):\(port)\r\nAccept: text/event-stream\r\n\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: request))
    }

    /// Ends the connection, which the learner may have closed before.
    /// - Returns: the bytes that were read.
    func close() async -> Int {
        try? await channel.close()
        return counter.bytes.load(ordering: .relaxed)
    }
}

private final class ByteCounter: Sendable {
    let bytes = Atomic(0)
}

private final class ByteCountHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let counter: ByteCounter

    init(_ counter: ByteCounter) { self.counter = counter }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        counter.bytes.add(unwrapInboundIn(data).readableBytes, ordering: .relaxed)
    }
}
