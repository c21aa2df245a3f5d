import Diagnostics
import Foundation
import LearnerService
import Runs
import TestSupport
import Testing
import Transport

@Suite struct AnnouncerTests {
    let directory: TemporaryDirectory
    let file: AddressFile
    let announcement = LearnerAnnouncement(run: "run", generation: 3, host: "here", port: 7400)

    init() throws {
        directory = try TemporaryDirectory()
        file = AddressFile(directory("learner.json"))
    }

    @Test func anOlderStartGivesWay() throws {
        let old = try Announcer(file.path, tls: nil)
        try old.begin(announcement)
        let new = try Announcer(file.path, tls: nil)
        #expect(new.earlier == announcement)
        var later = announcement
        (later.generation, later.host) = (4, "elsewhere")
        try new.begin(later)
        let error = #expect(throws: UserError.self) { try old.renew() }
        #expect(error?.message.contains("elsewhere:7400") == true && error?.exitCode == 8)
        #expect(throws: UserError.self) { try old.complete() }
        #expect(try file.read() == later, "the older one leaves it alone")
    }

    @Test func whatWasRemovedOrDamagedComesBack() throws {
        let announcer = try Announcer(file.path, tls: nil)
        try announcer.begin(announcement)
        try FileManager.default.removeItem(atPath: file.path)
        try announcer.renew()
        #expect(try file.read() == announcement)
    }

    @Test func theEndIsSaid() throws {
        let announcer = try Announcer(file.path, tls: nil)
        try announcer.begin(announcement)
        try announcer.complete()
        #expect(try file.read()?.isComplete == true)
    }

    @Test func aRenewedCertificateIsAnnounced() throws {
        let certificate = try directory.write("first", to: "learner.pem")
        let announcer = try Announcer(
            file.path, tls: TLSFiles(certificate: certificate, key: "", authority: ""))
        try announcer.begin(announcement)
        #expect(try file.read()?.certificate == "first")
        _ = try directory.write("second", to: "learner.pem")
        try announcer.renew()
        #expect(try file.read()?.certificate == "second")
    }
}
