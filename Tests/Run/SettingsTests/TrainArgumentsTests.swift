import AgentChoice
import Settings
import TestSupport
import Testing

/// The command that repeats a run, and the names of what it was.
@Suite(.blocking) struct TrainArgumentsTests {
    private func configuration(
        preset: String, size: String? = nil, _ overrides: [String] = []
    ) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.preset = preset
        layers.size = size
        layers.overrides = overrides
        return try layers.resolve()
    }

    /// Reads the arguments as the command does.
    private func resolve(_ arguments: [String]) throws -> Configuration {
        var layers = ConfigurationLayers()
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--preset": layers.preset = rest.popFirst()
            case "--size": layers.size = rest.popFirst()
            case "--agent": layers.overrides.append("agent.agent=\(rest.removeFirst())")
            case "--seed": layers.overrides.append("run.seed=\(rest.removeFirst())")
            case "--env": layers.overrides.append("environment.id=\(rest.removeFirst())")
            case "--steps": layers.overrides.append("run.steps=\(rest.removeFirst())")
            case "--actors": layers.overrides.append("actors.count=\(rest.removeFirst())")
            case "--lockstep": layers.overrides.append("run.lockstep=true")
            case "--offline": layers.overrides.append("run.offline=true")
            case "--set": layers.overrides.append(rest.removeFirst())
            default: Issue.record("no option of the command: \(option)")
            }
        }
        return try layers.resolve()
    }

    @Test(arguments: Presets.all.map(\.name), AgentVariants.all.map(\.name))
    func argumentsGiveTheConfigurationAgain(preset: String, agent: String) throws {
        let settings = [
            ["run.lockstep=true", "actors.count=1", "run.seed=18446744073709551615"],
            ["run.offline=true"], ["agent.deter=100", "agent.model_lr=1.5e-7", "agent.beta_dyn=0.75"],
            ["replay.capacity_bytes=1GiB", "run.id=it's mine", "learner.listen=127.0.0.1:1"],
        ]
        // With one preset each: to resolve a configuration takes its time.
        for overrides in [[]] + (preset == Presets.all[0].name ? settings : []) {
            let wanted = try configuration(preset: preset, ["agent.agent=\(agent)"] + overrides)
            #expect(try resolve(wanted.trainArguments()) == wanted)
        }
    }

    @Test func namesAreUsedWhereThereAreNames() throws {
        let c = try configuration(
            preset: "atari100k", size: "micro",
            ["agent.agent=mudreamer", "environment.id=atari/boxing", "run.seed=3", "replay.replay_ratio=160"])
        #expect(
            try c.trainCommand()
                == "dreamer train --preset atari100k --agent mudreamer --size micro --seed 3 --env atari/boxing "
                + "--set replay.replay_ratio=160")
    }

    /// What the environment decides need not be said, and could not be.
    @Test func theActionSpaceIsLeftOut() throws {
        var c = try configuration(preset: "catch-demo")
        c.agent.actions = 3
        #expect(try c.trainCommand() == "dreamer train --preset catch-demo --agent dymodreamer --seed 0")
    }

    @Test func wordsAreQuotedForTheShell() throws {
        let c = try configuration(preset: "catch-demo", ["run.id=it's mine"])
        #expect(try c.trainCommand().hasSuffix(#" --set 'run.id=it'\''s mine'"#))
    }

    @Test func namesTellWhatARunWas() throws {
        let plain = try ConfigurationNames(configuration(preset: "minatar"))
        #expect(plain.environment == "minatar/breakout" && plain.agent == "dymodreamer" && plain.size == "nano")
        #expect(plain.changes.isEmpty)
        let changed = try ConfigurationNames(
            configuration(preset: "minatar", ["agent.divergence=false", "agent.deter=65", "agent.beta_rep=0.25"]))
        #expect(changed.size == "nano")
        #expect(changed.changes == ["agent.deter=65", "agent.divergence=false", "agent.beta_rep=0.25"])
        let own = ["agent.deter=65", "agent.hidden=66", "agent.cnn_depth=7"]
        #expect(try ConfigurationNames(configuration(preset: "minatar", own)).size == nil)
    }
}
