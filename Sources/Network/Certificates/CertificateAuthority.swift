import Diagnostics
import Foundation

/// A small authority of a run: it signs the certificates of one learner and its actors, and nobody trusts it otherwise.
///
/// Its key lies in a directory of its own, readable by this user only, that goes with this object.
public final class CertificateAuthority: Sendable {
    /// Whom a certificate is for. Its purpose is part of it: an actor's cannot pass as a learner's.
    public enum Role: String, Sendable, CaseIterable {
        case learner, actor, evaluator
    }

    /// A certificate and its private key, both PEM.
    public struct Identity: Sendable {
        public let certificate: String
        public let key: String
    }

    /// The authority itself: its certificate is what both sides trust, its key signs further ones.
    public let identity: Identity
    private let directory: URL

    /// Makes a new key and its certificate.
    /// - Throws: `UserError` where there is no `openssl`, or no room for temporary files.
    public init(valid validity: DateInterval) throws(UserError) {
        directory = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Self.database.write(to: directory.appending(path: "authority.cnf"), atomically: false, encoding: .utf8)
            try Data().write(to: directory.appending(path: "index.txt"))
        } catch {
            throw UserError("cannot write \(directory.path): \(error.localizedDescription)", exitCode: 1)
        }
        do throws(UserError) {
            identity = try Self.sign(
                in: directory, name: "ca", subject: "/CN=swift-dreamer authority", valid: validity, selfSigned: true,
                extensions: ["basicConstraints = critical, CA:true, pathlen:0", "keyUsage = critical, keyCertSign"])
        } catch {
            // What has not come about is not taken down.
            try? FileManager.default.removeItem(at: directory)
            throw error
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    /// A certificate for `role` with a key of its own.
    /// - Parameter hosts: names and addresses under which a learner is reached; nothing to actors.
    public func issue(_ role: Role, hosts: [String], valid validity: DateInterval) throws(UserError) -> Identity {
        var extensions = [
            "basicConstraints = critical, CA:false", "keyUsage = critical, digitalSignature",
            "extendedKeyUsage = \(role == .learner ? "serverAuth" : "clientAuth")",
        ]
        if role == .learner {
            let names = hosts.map { (IPAddress.bytes($0) == nil ? "DNS:" : "IP:") + $0 }
            extensions.append("subjectAltName = " + names.joined(separator: ", "))
        }
        return try Self.sign(
            in: directory, name: UUID().uuidString, subject: "/CN=\(role.rawValue)", valid: validity,
            selfSigned: false, extensions: extensions)
    }

    /// What `openssl ca` must be told: where it keeps its books, and that subjects are taken as they are asked for.
    private static let database = """
        [ca]
        default_ca = authority
        [authority]
        database = index.txt
        rand_serial = yes
        unique_subject = no
        default_md = sha256
        policy = any
        [any]
        commonName = supplied
        [req]
        distinguished_name = none
        [none]

        """

    private static func sign(
        in directory: URL, name: String, subject: String, valid validity: DateInterval, selfSigned: Bool,
        extensions: [String]
    ) throws(UserError) -> Identity {
        let command = OpenSSL(directory: directory)
        do {
            try ("[extensions]\n" + extensions.joined(separator: "\n") + "\n")
                .write(to: directory.appending(path: "\(name).cnf"), atomically: false, encoding: .utf8)
        } catch { throw UserError("cannot write \(directory.path): \(error.localizedDescription)", exitCode: 1) }
        try command.run(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "\(name).key"])
        try command.run([
            "req", "-new", "-batch", "-config", "authority.cnf", "-key", "\(name).key", "-subj", subject, "-out",
            "\(name).csr",
        ])
        try command.run(
            [
                "ca", "-batch", "-notext", "-config", "authority.cnf", "-in", "\(name).csr", "-out", "\(name).pem",
                "-outdir",
                ".", "-startdate", time(validity.start), "-enddate", time(validity.end), "-extfile", "\(name).cnf",
                "-extensions", "extensions",
            ] + (selfSigned ? ["-selfsign", "-keyfile", "ca.key"] : ["-cert", "ca.pem", "-keyfile", "ca.key"]))
        func text(_ file: String) throws(UserError) -> String {
            do {
                return try String(contentsOf: directory.appending(path: file), encoding: .utf8)
                    .trimmingCharacters(in: .newlines)
            } catch { throw UserError("openssl left no \(file): \(error.localizedDescription)", exitCode: 1) }
        }
        return Identity(certificate: try text("\(name).pem"), key: try text("\(name).key"))
    }

    /// A moment as `openssl ca` takes it: GeneralizedTime in UTC.
    private static func time(_ date: Date) -> String {
        var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ value: Int32, _ width: Int = 2) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return padded(parts.tm_year + 1900, 4) + padded(parts.tm_mon + 1) + padded(parts.tm_mday)
            + padded(parts.tm_hour) + padded(parts.tm_min) + padded(parts.tm_sec) + "Z"
    }
}
