import Diagnostics
import Runs
import TestSupport
import Testing

@Suite struct AddressFileTests {
    let directory: TemporaryDirectory
    let announcement = LearnerAnnouncement(
        run: "run", generation: 3, host: "node-7", port: 7400, certificate: "-----BEGIN CERTIFICATE-----\n")

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func whatIsWrittenIsRead() throws {
        let file = AddressFile(directory("learner.json"))
        #expect(try file.read() == nil)
        try file.write(announcement)
        #expect(try file.read() == announcement)
    }

    @Test(arguments: ["", "{}", "[1", #"{"run":"a","generation":1,"host":"","port":1,"complete":false}"#])
    func whatIsNoAddressIsSaid(content: String) throws {
        let path = try directory.write(content, to: "learner.json")
        let error = #expect(throws: UserError.self) { _ = try AddressFile(path).read() }
        #expect(error?.message.hasPrefix(path) == true)
    }

    @Test func aHigherGenerationOfTheSameRunIsNewer() {
        var other = announcement
        other.generation = 4
        #expect(other.isNewer(than: announcement) && !announcement.isNewer(than: other))
        other.run = "another"
        #expect(!other.isNewer(than: announcement))
    }

    /// A directory that came back as an older copy does not count from where that was.
    @Test func aStartIsHigherThanAllThatWereAnnounced() throws {
        let run = try RunDirectory(creating: directory("run"))
        var earlier = announcement
        earlier.run = try run.nextIdentity(proposed: "").id
        earlier.generation = 9
        #expect(try run.nextIdentity(proposed: "", after: earlier).generation == 10)
        #expect(try run.nextIdentity(proposed: "").generation == 11)
    }

    @Test func anotherRunsAddressFileIsNotTakenOver() throws {
        let run = try RunDirectory(creating: directory("run"))
        let error = #expect(throws: UserError.self) { try run.nextIdentity(proposed: "mine", after: announcement) }
        #expect(error?.message.contains("another run (run)") == true)
    }
}
