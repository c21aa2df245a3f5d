import AgentChoice
import Collective
import Diagnostics
import Foundation
import Settings

/// What the first rank of a group decides for all.
extension TrainingGroup {
    /// The settings that the first rank comes to, at all ranks.
    /// - Throws: also where a group cannot train with them.
    package func configuration(_ settings: () throws -> Configuration) throws -> Configuration {
        let yaml = try text { try settings().yaml() }
        let all = try StoredConfiguration(ConfigurationFile(name: "the first rank's settings", text: yaml))
            .configuration
        try all.requireShares(of: place.count)
        return all.inRounds(of: place.count)
    }

    /// The text that the first rank comes to, at all ranks.
    package func text(_ text: () throws -> String) rethrows -> String {
        let mine = place.rank == 0 ? Array(try text().utf8) : []
        return String(decoding: processes.all(mine)[0], as: UTF8.self)
    }
}

extension Configuration {
    /// Refuses what `count` learners cannot do together.
    func requireShares(of count: Int) throws(UserError) {
        guard agent.batch % count == 0 else {
            throw UserError(
                "agent.batch is \(agent.batch), and \(count) learners have no equal shares of it: start as many as divide it, "
                    + "or set it to a multiple of \(count)")
        }
    }
}
