import HTTPTypes
import Testing

@testable import Dashboard

@Suite struct AccessTests {
    @Test(arguments: ["localhost", "localhost:7480", "127.0.0.1:7480", "127.8.9.10", "[::1]:7480"])
    func loopbackIsAskedForByItsNames(authority: String) {
        #expect(Access(token: nil, port: 7480).judge([:], authority: authority) == .admitted)
    }

    /// A page from elsewhere may let its own name point to this machine.
    @Test(arguments: [nil, "", "evil.example:7480", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1"])
    func otherNamesAreTurnedAway(authority: String?) {
        #expect(Access(token: nil, port: 7480).judge([:], authority: authority) == .foreignName)
    }

    @Test func programsShowTheToken() {
        let access = Access(token: "secret", port: 7480)
        #expect(access.judge([.authorization: "Bearer secret"], authority: "x") == .admitted)
        for wrong in ["Bearer secre", "Bearer secrets", "Bearer ", "Basic secret", "secret"] {
            #expect(access.judge([.authorization: wrong], authority: "localhost") == .unknown, "\(wrong)")
        }
        #expect(access.judge([:], authority: "localhost") == .unknown)
    }

    @Test func browsersShowACookieThatIsNotTheToken() throws {
        let access = Access(token: "secret", port: 7480)
        #expect(access.login("wrong", isEncrypted: false) == nil)
        let cookie = try #require(access.login("secret", isEncrypted: true))
        #expect(cookie.hasSuffix("; HttpOnly; SameSite=Strict; Secure") && !cookie.contains("secret"))
        let pair = try #require(cookie.split(separator: ";").first).description
        #expect(access.judge([.cookie: "other=1; \(pair)"], authority: "x") == .admitted)
        #expect(access.judge([.cookie: pair + "0"], authority: "x") == .unknown)
        #expect(Access(token: "secret", port: 7480).judge([.cookie: pair], authority: "x") == .unknown)
    }
}
