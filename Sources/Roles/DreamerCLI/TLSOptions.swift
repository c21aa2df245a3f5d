import ArgumentParser
import Certificates
import Diagnostics
import Runs
import Transport

/// Where the certificates of a connection are.
struct TLSOptions: ParsableArguments {
    @Option(name: .customLong("tls"), help: "Encrypt with the files that dreamer certificates put there.")
    var directory: String?

    @Option(name: .customLong("tls-certificate"), help: "Encrypt: this side's certificate, PEM.")
    var certificate: String?

    @Option(name: .customLong("tls-key"), help: "Its private key, PEM.")
    var key: String?

    @Option(name: .customLong("tls-ca"), help: "The authority that the other side's certificate must come from, PEM.")
    var authority: String?

    /// The files for `role`; nil where connections are not to be encrypted.
    func files(for role: CertificateAuthority.Role) throws(UserError) -> TLSFiles? {
        let single = [certificate, key, authority]
        if let directory {
            guard single.allSatisfy({ $0 == nil }) else {
                throw UserError("--tls names all files: leave --tls-certificate, --tls-key and --tls-ca out")
            }
            let key = "\(directory)/\(role.rawValue)-key.pem"
            try SecretFile.requirePrivate(key)
            return TLSFiles(
                certificate: "\(directory)/\(role.rawValue).pem", key: key, authority: "\(directory)/ca.pem")
        }
        if single.allSatisfy({ $0 == nil }) { return nil }
        guard let certificate, let key, let authority else {
            throw UserError("--tls-certificate, --tls-key and --tls-ca belong together: give all three, or --tls DIR")
        }
        try SecretFile.requirePrivate(key)
        return TLSFiles(certificate: certificate, key: key, authority: authority)
    }
}
