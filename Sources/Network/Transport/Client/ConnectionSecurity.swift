import NIOCore
import NIOSSL

/// What one connection to a learner is encrypted with, and whom it trusts.
struct ConnectionSecurity: Sendable {
    /// The learner shows a certificate of the authority's, but not the one that was announced.
    struct OtherCertificate: Error {}

    private let context: NIOSSLContext
    private let address: LearnerAddress

    init(_ files: TLSFiles, to address: LearnerAddress) throws(TransportError) {
        context = try files.clientContext(namesHost: address.certificate == nil)
        self.address = address
    }

    /// Nothing that was written passes it before the learner is trusted.
    func handler() throws -> NIOSSLClientHandler {
        guard let expected = address.certificate else {
            return try NIOSSLClientHandler(context: context, serverHostname: serverName)
        }
        return try ._makeSSLClientHandler(context: context, serverHostname: serverName) { shown, channel in
            channel.eventLoop.makeCompletedFuture { if shown != expected { throw OtherCertificate() } }
        }
    }

    /// What the certificate must name; nil for an address, which is compared as such.
    private var serverName: String? {
        (try? SocketAddress(ipAddress: address.host, port: 0)) == nil ? address.host : nil
    }
}
