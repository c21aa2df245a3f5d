import Diagnostics
import Files
import Foundation
import SystemPackage

/// A directory of certificates: `ca.pem`, and for the authority and each role `ROLE.pem` and `ROLE-key.pem`.
public enum CertificateDirectory {
    /// Names under which a learner is always reached: from its own host, and through a tunnel.
    public static let loopback = ["localhost", "127.0.0.1", "::1"]

    /// Makes an authority and a certificate for each role.
    /// - Throws: `UserError` where the directory holds an authority already, or cannot be written.
    public static func create(_ path: String, hosts: [String], days: Int) throws(UserError) {
        guard (1...3650).contains(days) else { throw UserError("--days must be 1 to 3650, got \(days)") }
        for host in hosts where !isHost(host) {
            throw UserError("--hosts: \(host) is no host name or address; separate several by commas")
        }
        guard !FileManager.default.fileExists(atPath: path + "/ca.pem") else {
            throw UserError("--output: \(path) holds certificates already; remove them or choose another directory")
        }
        // Clocks of other hosts may be behind.
        let validity = DateInterval(start: Date() - 3600, duration: 3600 + Double(days) * 86400)
        let authority = try CertificateAuthority(valid: validity)
        let names = loopback + hosts.filter { !loopback.contains($0) }
        var identities = [("ca", authority.identity)]
        for role in CertificateAuthority.Role.allCases {
            identities.append((role.rawValue, try authority.issue(role, hosts: names, valid: validity)))
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw UserError("--output: cannot create \(path): \(error.localizedDescription)")
        }
        for (name, identity) in identities { try write(identity, name: name, in: path) }
    }

    private static func isHost(_ text: String) -> Bool {
        let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")
        let isName = (1...253).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(allowed.contains)
        return isName || IPAddress.bytes(text) != nil
    }

    private static func write(_ identity: CertificateAuthority.Identity, name: String, in directory: String)
        throws(UserError)
    {
        try write(
            identity.certificate, to: "\(directory)/\(name).pem",
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        try write(identity.key, to: "\(directory)/\(name)-key.pem", permissions: .ownerReadWrite)
    }

    /// Creates the file with its permissions: there is no moment at which somebody else can read a key.
    private static func write(_ text: String, to path: String, permissions: FilePermissions) throws(UserError) {
        do throws(FileError) {
            try OpenFile(path, for: .creating, permissions: permissions).write("\(text)\n".utf8)
        } catch {
            throw UserError("\(error)")
        }
    }
}
