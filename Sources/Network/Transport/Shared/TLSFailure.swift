import NIOSSL

/// What went wrong between two sides that should trust each other, in words for people.
enum TLSFailure {
    /// Nil where the error has nothing to do with TLS, or only says that the connection is gone.
    static func reason(_ error: any Error) -> String? {
        if error is NIOSSLExtraError { return otherHost }
        if error is ConnectionSecurity.OtherCertificate { return otherCertificate }
        let isHandshake = if case NIOSSLError.handshakeFailed? = error as? NIOSSLError { true } else { false }
        guard isHandshake || error is BoringSSLError else { return nil }
        let text = "\(error)"
        for (sign, words) in words where text.contains(sign) { return words }
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return isHandshake ? "the TLS handshake failed: \(line)" : nil
    }

    /// Whether the other side, or its certificate, said no: it would say so again.
    static func isFinal(_ reason: String) -> Bool { final.contains(reason) }

    /// In what BoringSSL says, and what it means.
    private static let words: [(String, String)] = [
        ("PEER_DID_NOT_RETURN_A_CERTIFICATE", "it showed no certificate"),
        ("CERTIFICATE_VERIFY_FAILED", distrusted),
        ("CERTIFICATE_EXPIRED", "the learner refuses this side's certificate: it has expired"),
        ("CERTIFICATE_REQUIRED", "the learner asks for a certificate: give --tls"),
        ("UNKNOWN_CA", foreign), ("BAD_CERTIFICATE", foreign), ("UNSUPPORTED_CERTIFICATE", wrongRole),
        ("DECRYPT_ERROR", foreign),
        ("WRONG_VERSION_NUMBER", "it does not speak TLS"), ("HTTP_REQUEST", "it does not speak TLS"),
        ("UNSUPPORTED_PROTOCOL", "it does not speak TLS 1.3"),
    ]

    private static let otherHost =
        "the learner's certificate is not made for this host: name it in --hosts of dreamer certificates"
    /// Not final: what is announced may follow.
    private static let otherCertificate = "its certificate is not the one that was announced"
    private static let distrusted =
        "its certificate is not valid here: it comes from another authority, has expired, or is made for another role"
    private static let foreign = "the learner refuses this side's certificate: it comes from another authority"
    private static let wrongRole = "the learner refuses this side's certificate: it is made for another role"

    private static let final: Set<String> = [otherHost, distrusted, foreign, wrongRole]
}
