import Diagnostics
import Foundation
import Runs
import TestSupport
import Testing
import Transport

@testable import ActorService

@Suite struct LearnerChoiceTests {
    @Test func actorsWithNumbersAreSpreadEvenly() {
        #expect(
            (0..<8).map { LearnerChoice.rank(of: "actor-\($0)", among: 4, attempt: 0) } == [0, 1, 2, 3, 0, 1, 2, 3])
        #expect(LearnerChoice.rank(of: "18446744073709551615", among: 4, attempt: 1) == 0)
    }

    @Test func otherNamesAreSpread() {
        let ranks = ["amsel", "drossel", "fink", "star", "meise", "kauz", "specht", "zeisig"].map {
            LearnerChoice.rank(of: $0, among: 2, attempt: 0)
        }
        #expect(Set(ranks) == [0, 1])
    }

    @Test func theNextLearnerIsTriedWhenOneIsGone() {
        #expect((0..<5).map { LearnerChoice.rank(of: "actor-1", among: 3, attempt: $0) } == [1, 2, 0, 1, 2])
    }

    @Test func onlyAnActorOfSeveralLearnersEverLeavesOne() {
        let addresses = [7400, 7401].map { LearnerAddress(host: "127.0.0.1", port: $0) }
        #expect(LearnerChoice(of: "a", among: addresses).patience != nil)
        #expect(LearnerChoice(of: "a", among: [addresses[0]]).patience == nil)
    }

    /// What the first rank says is found when it has said it.
    @Test func theFileOfTheFirstRankSaysHowManyThereAre() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("choice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = AddressFile(directory.appendingPathComponent("address").path)
        let choice = LearnerChoice(of: "actor-3", announcedIn: file)
        let place = choice.place(attempt: 0)
        guard case .unknown = place.whereabouts else { Issue.record("nothing is there yet"); return }
        #expect(choice.patience == nil)
        try file.write(LearnerAnnouncement(run: "r", generation: 1, host: "h", port: 7400, ranks: 2))
        guard case .unknown(let reason) = place.whereabouts else {
            Issue.record("its own rank is not there yet"); return
        }
        #expect(reason.contains("address.1"))
        #expect(choice.patience != nil)
        try file.ofRank(1).write(LearnerAnnouncement(run: "r", generation: 1, host: "h", port: 7401, ranks: 2))
        guard case .at(let address) = place.whereabouts else { Issue.record("it is there"); return }
        #expect(address.port == 7401)
        // One learner goes on without the others: this incarnation stays with its own, for as long as its patience lasts.
        try file.write(LearnerAnnouncement(run: "r", generation: 2, host: "h", port: 7500))
        guard case .at(let still) = place.whereabouts else { Issue.record("it is there"); return }
        #expect(still.port == 7401 && choice.patience != nil)
        guard case .at(let other) = choice.place(attempt: 1).whereabouts else { Issue.record("it is there"); return }
        #expect(other.port == 7500 && choice.patience == nil)
    }
}
