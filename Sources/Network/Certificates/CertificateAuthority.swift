import Crypto
import Foundation
import SwiftASN1
import X509

/// A small authority of a run: it signs the certificates of one learner and its actors, and nobody trusts it otherwise.
public struct CertificateAuthority: Sendable {
    /// Whom a certificate is for. Its purpose is part of it: an actor's cannot pass as a learner's.
    public enum Role: String, Sendable, CaseIterable {
        case learner, actor, evaluator
    }

    /// A certificate and its private key, both PEM.
    public struct Identity: Sendable {
        public let certificate: String
        public let key: String
    }

    private let name: DistinguishedName
    private let key: Certificate.PrivateKey
    private let keyText: String
    private let certificate: Certificate

    /// Makes a new key and its certificate.
    /// - Throws: errors of the certificate library; there is nothing that a caller could do about them.
    public init(valid validity: DateInterval) throws {
        let secret = P256.Signing.PrivateKey()
        key = Certificate.PrivateKey(secret)
        keyText = secret.pemRepresentation
        name = try DistinguishedName { CommonName("swift-dreamer authority") }
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: key.publicKey, notValidBefore: validity.start,
            notValidAfter: validity.end, issuer: name, subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
            }, issuerPrivateKey: key)
    }

    /// The authority itself: its certificate is what both sides trust, its key signs further ones.
    public var identity: Identity {
        get throws { Identity(certificate: try certificate.serializeAsPEM().pemString, key: keyText) }
    }

    /// A certificate for `role` with a key of its own.
    /// - Parameter hosts: names and addresses under which a learner is reached; nothing to actors.
    public func issue(_ role: Role, hosts: [String], valid validity: DateInterval) throws -> Identity {
        let secret = P256.Signing.PrivateKey()
        let names = hosts.map(Self.generalName)
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(secret.publicKey), notValidBefore: validity.start,
            notValidAfter: validity.end, issuer: name, subject: try DistinguishedName { CommonName(role.rawValue) },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([role == .learner ? .serverAuth : .clientAuth])
                if role == .learner { SubjectAlternativeNames(names) }
            }, issuerPrivateKey: key)
        return Identity(certificate: try certificate.serializeAsPEM().pemString, key: secret.pemRepresentation)
    }

    private static func generalName(_ host: String) -> GeneralName {
        IPAddress.bytes(host).map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(host)
    }
}
