import Foundation
import Measurements
import Testing

@testable import Supervision

@Suite struct LearnerNewsTests {
    @Test func newsIsReadAsItWasWritten() throws {
        let episode = RunMeasurement.episode(
            EpisodeMeasurement(
                actor: "a", environment: 0, episodeReturn: 0.5, length: 3, policyVersion: 7, agentSteps: 9))
        for news in [
            LearnerNews.listening("127.0.0.1:7"), .dashboard("http://127.0.0.1:8/"), .complete,
            .measured(MeasurementRecord(episode)),
        ] {
            let line = try JSONEncoder().encode(news)
            #expect(try JSONDecoder().decode(LearnerNews.self, from: line) == news)
        }
    }

    @Test(arguments: ["what", "{}", #"{"kind":"gossip"}"#, #"{"kind":"listening"}"#, #"{"kind":"dashboard"}"#])
    func otherLinesAreNoNews(line: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(LearnerNews.self, from: Data(line.utf8)) }
    }
}
