import Foundation
import NIOCore
import NIOSSL

/// The files with which one side of a connection proves who it is, and checks the other: TLS 1.3 with certificates on
/// both sides.
public struct TLSFiles: Sendable, Equatable {
    /// This side's certificate, PEM; intermediate ones may follow it.
    public var certificate: String
    /// Its private key, PEM.
    public var key: String
    /// Certificates of the authority that the other side's must come from, PEM. No other authority is trusted.
    public var authority: String

    public init(certificate: String, key: String, authority: String) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
    }

    /// For the side that listens: the other one must show a certificate that is made for clients.
    func serverContext() throws(TransportError) -> NIOSSLContext {
        var configuration = try configuration()
        // Actors come from anywhere: what they are called does not matter, only who signed for them.
        configuration.certificateVerification = .noHostnameVerification
        return try context(configuration)
    }

    /// For the side that connects: the other one must show a certificate that is made for servers.
    /// - Parameter namesHost: whether it must name the host, too.
    func clientContext(namesHost: Bool = true) throws(TransportError) -> NIOSSLContext {
        var configuration = try configuration()
        configuration.certificateVerification = namesHost ? .fullVerification : .noHostnameVerification
        return try context(configuration)
    }

    private func configuration() throws(TransportError) -> TLSConfiguration {
        let chain = try certificates(certificate)
        let authorities = try certificates(authority)
        for (path, certificate) in [(certificate, chain[0])] + authorities.map({ (authority, $0) }) {
            try requireValid(certificate, path)
        }
        var configuration = TLSConfiguration.makeServerConfigurationWithMTLS(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(try readKey()),
            trustRoots: .certificates(authorities))
        configuration.minimumTLSVersion = .tlsv13
        configuration.shutdownTimeout = .seconds(2)
        return configuration
    }

    private func context(_ configuration: TLSConfiguration) throws(TransportError) -> NIOSSLContext {
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw .certificates("\(key) is not the key of \(certificate): give files that belong together")
        }
    }

    private func readKey() throws(TransportError) -> NIOSSLPrivateKey {
        try requireReadable(key)
        guard let found = try? NIOSSLPrivateKey(file: key, format: .pem) else {
            throw .certificates("\(key) holds no private key in PEM format")
        }
        try requireSecret(key)
        return found
    }

    /// At least one.
    private func certificates(_ path: String) throws(TransportError) -> [NIOSSLCertificate] {
        try requireReadable(path)
        guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else {
            throw .certificates("\(path) holds no certificate in PEM format")
        }
        return found
    }

    private func requireReadable(_ path: String) throws(TransportError) {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .certificates("\(path) cannot be read: dreamer certificates makes such files")
        }
    }

    /// A key that others can read proves nothing. A group may where the system's administrator has said so.
    private func requireSecret(_ path: String) throws(TransportError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return try requireReadable(path) }
        let forbidden: mode_t = status.st_uid == 0 && getuid() != 0 ? 0o007 : 0o077
        guard status.st_mode & forbidden == 0 else {
            throw .certificates("others can read the key \(path): chmod 600 \(path)")
        }
    }

    private func requireValid(_ certificate: NIOSSLCertificate, _ path: String) throws(TransportError) {
        let now = time(nil)
        guard now >= certificate.notValidBefore else {
            let date = Self.text(certificate.notValidBefore)
            throw .certificates("\(path) is valid from \(date) on: set this machine's clock, or wait")
        }
        guard now <= certificate.notValidAfter else {
            let date = Self.text(certificate.notValidAfter)
            throw .certificates("\(path) expired at \(date): make new ones with dreamer certificates")
        }
    }

    private static func text(_ seconds: time_t) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
