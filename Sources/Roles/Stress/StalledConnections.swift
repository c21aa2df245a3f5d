import NIOCore
import NIOPosix
import Wire

/// Connections that are admitted and then read nothing, nor say anything: what a machine looks like that hangs.
struct StalledConnections: Sendable {
    private let channels: [any Channel]

    /// - Throws: where the learner cannot be reached.
    init(_ count: Int, host: String, port: Int, token: String) async throws {
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.autoRead, value: false)
            // The system, too, keeps little for who does not read.
            .channelOption(.socketOption(.so_rcvbuf), value: 1 << 16)
        var channels: [any Channel] = []
        for number in 0..<count {
            let channel = try await bootstrap.connect(host: host, port: port).get()
            let hello = Hello(token: token, actor: "stalled-\(number)", incarnation: .random(in: 1 ... .max))
            try await channel.writeAndFlush(FrameEncoder.head(.hello(hello)))
            channels.append(channel)
        }
        self.channels = channels
    }

    /// The learner may have closed some before.
    func close() async {
        for channel in channels { try? await channel.close() }
    }
}
