import AgentChoice
import Agents
import Environments
import Experience
import Foundation
import TestSupport
import Testing

@testable import ActorService

@Suite(.blocking) struct PlayersTests {
    /// As small as networks can be.
    private func agent(_ space: ActionSpace) -> AgentConfiguration {
        var c = AgentConfiguration()
        (c.image, c.channels, c.convolutionDepth, c.deterministic, c.hidden, c.layers) = (16, 1, 2, 8, 8, 1)
        (c.stochastic, c.classes, c.modulationStochastic, c.modulationClasses) = (2, 4, 2, 4)
        (c.actions, c.discrete) = (space.count, space.isDiscrete)
        return c
    }

    private func players(
        _ environments: [ScriptedEnvironment], seed: UInt64 = 1, version: UInt64 = 0, longest: Int = .max,
        isRepeatable: Bool = false
    ) throws -> Players {
        let configuration = agent(environments[0].actionSpace)
        let policy = ActingPolicy(configuration, environments: environments.count, seed: seed)
        if version > 0 {
            let agent = Agent(configuration, threads: 1)
            agent.initialize(seed: 3)
            try policy.load(from: agent, version: version)
        }
        return Players(
            environments, policy: policy, choice: .sample, seed: seed, longest: longest, isRepeatable: isRepeatable)
    }

    /// An episode's last step is shown before the next episode starts, and a start has no action and no reward.
    @Test func episodesFollowEachOther() throws {
        let environment = ScriptedEnvironment(rewards: [1, 2])
        let players = try players([environment])
        try players.start()
        var flags = [players.steps[0].observation.flags]
        var ended: [Players.Episode] = []
        for _ in 0..<5 {
            ended += try players.advance()
            flags.append(players.steps[0].observation.flags)
        }
        #expect(flags == [.first, [], [.last, .terminal], .first, [], [.last, .terminal]])
        #expect(ended.map(\.episodeReturn) == [3, 3] && ended.map(\.length) == [2, 2])
        #expect(environment.resets == 2 && environment.actions.count == 4)
    }

    private func scripted() -> [ScriptedEnvironment] {
        [ScriptedEnvironment(rewards: [1, 2, 3, 4, 5]), ScriptedEnvironment(rewards: [1, 0, 1])]
    }

    /// Another process goes on where one stood, from a file, and does the same.
    @Test(arguments: [0, 4] as [UInt64]) func goOnWhereOthersStood(version: UInt64) throws {
        let players = try players(scripted(), version: version, isRepeatable: true)
        try players.start()
        for _ in 0..<9 { _ = try players.advance() }
        let file = try JSONEncoder().encode(players.state)
        let environments = scripted()
        let others = try self.players(environments, version: version, isRepeatable: true)
        #expect(try others.restore(JSONDecoder().decode(Players.State.self, from: file)).isEmpty)
        #expect(environments.map(\.resets) == [1, 1])
        for _ in 0..<20 {
            let (mine, theirs) = (try players.advance(), try others.advance())
            #expect(mine.map(\.episodeReturn) == theirs.map(\.episodeReturn))
            #expect(players.steps.map(\.action) == others.steps.map(\.action))
            #expect(players.steps.map(\.observation.image) == others.steps.map(\.observation.image))
        }
    }

    @Test func whatDoesNotRepeatItselfIsNoticed() throws {
        let players = try players(scripted(), isRepeatable: true)
        try players.start()
        for _ in 0..<2 { _ = try players.advance() }
        let others = [ScriptedEnvironment(rewards: [1, 2, 3, 4, 5]), ScriptedEnvironment(rewards: [1, 0.5, 1])]
        #expect(try self.players(others, isRepeatable: true).restore(players.state) == [1])
    }

    /// Who waits for another process must not keep others from beginning.
    @Test func allBeginBeforeOneIsWaitedFor() throws {
        let environments = [ScriptedEnvironment(rewards: [1]), ScriptedEnvironment(rewards: [1, 1, 1])]
        let players = try players(environments)
        try players.start()
        var calls: [String] = []
        for environment in environments { environment.told = { calls.append($0) } }
        _ = try players.advance()
        #expect(calls == ["begin", "begin", "step", "step"])
        _ = try players.advance()
        #expect(calls.dropFirst(4) == ["begin", "reset", "step"])
    }

    /// Also of those that a limit of the players ends, and of those that are broken off.
    @Test func episodesComeWithWhatTheyHaveAchieved() throws {
        let players = try players(
            [ScriptedEnvironment(rewards: [1, 2, 3, 4]), ScriptedEnvironment(rewards: [1])], longest: 3)
        try players.start()
        var ended: [Players.Episode] = []
        for _ in 0..<3 { ended += try players.advance() }
        #expect(ended.map(\.environment) == [1, 0, 1] && ended.map(\.achievements.bits) == [1, 7, 1])
        _ = try players.advance()
        _ = try players.advance()
        let left = try players.episodesUnderWay()
        #expect(left.map(\.environment) == [0] && left.map(\.achievements.bits) == [1] && left.map(\.length) == [1])
    }

    @Test func episodesThatAFailureEndsSaySo() throws {
        let players = try players([
            ScriptedEnvironment(rewards: [1]), ScriptedEnvironment(rewards: [1], endsTerminal: false, hasFailed: true),
        ])
        try players.start()
        #expect(try players.advance().map(\.hasFailed) == [false, true])
    }

    @Test func aStartHasNoAction() throws {
        let players = try players([ScriptedEnvironment(rewards: [1])], version: 4)
        try players.start()
        #expect(players.steps[0].action == .none(3) && players.steps[0].policyVersion == 0)
        _ = try players.advance()
        #expect(players.steps[0].policyVersion == 4 && players.steps[0].action.vector.reduce(0, +) == 1)
        _ = try players.advance()
        #expect(players.steps[0].action == .none(3) && players.steps[0].policyVersion == 0)
    }

    /// Environments end their episodes at different times; each counts for itself.
    @Test func eachEnvironmentCountsForItself() throws {
        let players = try players([
            ScriptedEnvironment(rewards: [1]), ScriptedEnvironment(rewards: [0, 0, 5], endsTerminal: false),
        ])
        try players.start()
        var ended: [Players.Episode] = []
        for _ in 0..<4 { ended += try players.advance() }
        #expect(ended.map(\.environment) == [0, 0, 1])
        #expect(ended.map(\.episodeReturn) == [1, 1, 5])
        #expect(players.steps[1].observation.flags == .first)
    }

    /// What is reported is what was executed.
    @Test(arguments: [0, 7] as [UInt64]) func reportsWhatWasExecuted(version: UInt64) throws {
        let environment = ScriptedEnvironment(rewards: [Float](repeating: 0, count: 30))
        let players = try players([environment], version: version)
        try players.start()
        var reported: [Action] = []
        for _ in 0..<30 {
            _ = try players.advance()
            reported.append(players.steps[0].action)
            #expect(players.steps[0].policyVersion == version)
        }
        #expect(environment.actions == reported)
    }

    /// Before there are weights every action is about as frequent, and the seed decides which comes when.
    @Test func randomActionsFollowTheSeed() throws {
        func actions(seed: UInt64) throws -> [Int] {
            let environment = ScriptedEnvironment(rewards: [Float](repeating: 0, count: 3000))
            let players = try players([environment], seed: seed)
            try players.start()
            for _ in 0..<3000 { _ = try players.advance() }
            return environment.actions.map(\.index)
        }
        let first = try actions(seed: 1)
        #expect(try actions(seed: 1) == first)
        #expect(try actions(seed: 2) != first)
        // 1000 each, within five standard deviations of a binomial.
        for action in 0..<3 { #expect(abs(first.count { $0 == action } - 1000) < 130, "\(action)") }
    }

    @Test func randomNumbersFillTheirRange() throws {
        let environment = ScriptedEnvironment(rewards: [Float](repeating: 0, count: 500), actions: .continuous(2))
        let players = try players([environment])
        try players.start()
        for _ in 0..<500 { _ = try players.advance() }
        let values = environment.actions.flatMap(\.vector)
        #expect(values.allSatisfy { (-1...1).contains($0) } && values.min()! < -0.9 && values.max()! > 0.9)
    }
}
