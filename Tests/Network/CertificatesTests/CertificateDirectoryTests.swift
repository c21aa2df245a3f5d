import Diagnostics
import Foundation
import Testing

@testable import Certificates

@Suite struct CertificateDirectoryTests {
    private let path = FileManager.default.temporaryDirectory.path + "/certificates-\(UUID().uuidString)"

    @Test func everyRoleHasACertificateAndASecretKey() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try CertificateDirectory.create(path, hosts: ["learner.example", "192.0.2.7"], days: 30)
        for name in ["ca", "learner", "actor", "evaluator"] {
            let certificate = try String(contentsOfFile: "\(path)/\(name).pem", encoding: .utf8)
            #expect(certificate.hasPrefix("-----BEGIN CERTIFICATE-----"))
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)-key.pem")
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    /// A second authority in the same place would make the first one's certificates worthless.
    @Test func whatIsThereStays() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try CertificateDirectory.create(path, hosts: [], days: 30)
        let before = try Data(contentsOf: URL(fileURLWithPath: path + "/ca.pem"))
        let error = #expect(throws: UserError.self) { try CertificateDirectory.create(path, hosts: [], days: 30) }
        #expect(error?.message.contains("holds certificates already") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/ca.pem")) == before)
    }

    @Test(arguments: [(["a b"], 1), (["https://x"], 1), ([""], 1), ([], 0), ([], 4000)])
    func mistakesLeaveNothingBehind(hosts: [String], days: Int) {
        #expect(throws: UserError.self) { try CertificateDirectory.create(path, hosts: hosts, days: days) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func addressesAreNoNames() {
        #expect(IPAddress.bytes("192.0.2.7") == [192, 0, 2, 7])
        #expect(IPAddress.bytes("::1") == [UInt8](repeating: 0, count: 15) + [1])
        #expect(IPAddress.bytes("192.0.2") == nil && IPAddress.bytes("host") == nil)
    }
}
