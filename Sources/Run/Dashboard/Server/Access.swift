import HTTPTypes
import Synchronization

/// Who may look: on loopback every program of this machine, beyond it who knows the token.
struct Access: Sendable {
    /// Nil on loopback.
    private let token: String?
    /// What a browser shows that has shown the token once. It is new at each start, and says nothing about the token.
    private let session = Access.random()
    private let cookie: String

    /// - Parameters:
    ///   - token: nil where only this machine can connect.
    ///   - port: browsers keep one cookie for all ports of a host.
    init(token: String?, port: Int) {
        self.token = token
        cookie = "dreamer-\(port)"
    }

    enum Verdict: Equatable {
        case admitted
        /// The token is missing or wrong.
        case unknown
        /// A name that is not this machine's: a page from elsewhere whose name was made to point here.
        case foreignName
    }

    func judge(_ headers: HTTPFields, authority: String?) -> Verdict {
        guard let token else { return Self.isLoopback(authority) ? .admitted : .foreignName }
        if let bearer = headers[.authorization], bearer.hasPrefix("Bearer ") {
            return Self.equal(String(bearer.dropFirst(7)), token) ? .admitted : .unknown
        }
        let cookies = headers[values: .cookie].flatMap { $0.split(separator: ";") }
        return cookies.contains { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            return parts.count == 2 && parts[0] == cookie && Self.equal(parts[1], session)
        } ? .admitted : .unknown
    }

    /// The cookie for who has shown the token; nil where that is wrong.
    func login(_ shown: String, isEncrypted: Bool) -> String? {
        guard let token, Self.equal(shown, token) else { return nil }
        return "\(cookie)=\(session); Path=/; HttpOnly; SameSite=Strict" + (isEncrypted ? "; Secure" : "")
    }

    /// Takes the same time whatever the difference.
    static func equal(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether a name with or without a port can only mean this machine.
    static func isLoopback(_ authority: String?) -> Bool {
        guard let authority else { return false }
        if authority.hasPrefix("[::1]") { return true }
        let name = authority.split(separator: ":", maxSplits: 1).first ?? ""
        return name == "localhost" || name.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil
    }

    /// 256 bits in hexadecimal.
    private static func random() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
