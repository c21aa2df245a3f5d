import Diagnostics
import Foundation
import Settings
import Testing

/// What a wrong file or override is answered with.
@Suite struct FileErrorTests {
    private func failure(_ text: String) -> String {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "a.yaml", text: text)]
        return message { _ = try layers.resolve() }
    }

    private func failure(set override: String) -> String {
        var layers = ConfigurationLayers()
        layers.overrides = [override]
        return message { _ = try layers.resolve() }
    }

    @Test func syntaxErrorsNameFileAndLine() {
        #expect(failure("run:\n  seed: 1\n seed: 2\n").hasPrefix("a.yaml:3: "))
        #expect(failure("run: {seed: 1\n").hasPrefix("a.yaml:2: "))
        #expect(failure("run: 'x\n").hasPrefix("a.yaml:"))
        #expect(failure("\tx: 1\n").hasPrefix("a.yaml:1: "))
    }

    @Test func controlCharactersNameFileAndLine() {
        #expect(failure("run:\n  id: \u{1}\n") == "a.yaml:2: control characters are not allowed")
    }

    @Test func filesMadeToExhaustAreRefused() {
        let nested = String(repeating: "[", count: 200_000)
        #expect(failure(nested).hasPrefix("a.yaml:1: "))
        var laughs = "a0: &a0 {x: 1, y: 2}\n"
        for level in 1..<40 { laughs += "a\(level): &a\(level) {x: *a\(level - 1), y: *a\(level - 1)}\n" }
        #expect(failure(laughs) == "a.yaml: too many values")
    }

    @Test func repeatedKeysAreRefused() {
        #expect(failure("run:\n  seed: 1\n  seed: 2\n").contains("seed stands here more than once"))
    }

    @Test func wrongTypesNameFieldTypeAndFinding() {
        #expect(
            failure("run:\n  seed: 1\nagent:\n  batch: many\n")
                == "a.yaml:4: agent.batch: expected a whole number, found many")
        #expect(failure("agent: {batch: \"16\"}") == "a.yaml:1: agent.batch: expected a whole number, found \"16\"")
        #expect(failure("agent: {batch: 1.5}") == "a.yaml:1: agent.batch: expected a whole number, found 1.5")
        #expect(failure("agent: {batch: [1]}") == "a.yaml:1: agent.batch: expected a whole number, found a list")
        #expect(
            failure("agent: {batch: {x: 1}}").hasSuffix("agent.batch: expected a whole number, found a group of keys"))
        #expect(failure("agent: {batch: {}}").hasSuffix("agent.batch: expected a whole number, found a group of keys"))
        #expect(failure("agent: {batch: }").hasSuffix("agent.batch: expected a whole number, found nothing"))
        #expect(failure("agent: 5") == "a.yaml:1: agent: expected a group of keys, found 5")
        #expect(failure("agent: [5]") == "a.yaml:1: agent: expected a group of keys, found a list")
        #expect(failure("- 5") == "a.yaml:1: expected keys and values")
        #expect(failure("5") == "a.yaml:1: expected keys and values")
    }

    @Test func everyKindSaysWhatItExpects() {
        #expect(failure(set: "agent.discrete=1") == "--set: agent.discrete: expected true or false, found 1")
        #expect(failure(set: "run.seed=-1") == "--set: run.seed: expected a whole number from 0, found -1")
        #expect(failure(set: "agent.gamma=nan") == "--set: agent.gamma: expected a number, found nan")
        #expect(failure(set: "environment.id=null") == "--set: environment.id: expected text, found null")
        #expect(
            failure(set: "environment.sticky=x") == "--set: environment.sticky: expected a number, or null, found x")
        #expect(
            failure(set: "evaluation.policy=best") == "--set: evaluation.policy: expected sample or mode, found best")
        #expect(
            failure(set: "agent.reconstruction=half")
                == "--set: agent.reconstruction: expected full, detached or none, found half")
        #expect(failure(set: "replay.cache_bytes=1 GB") == "--set: replay.cache_bytes: expected bytes, found 1 GB")
        #expect(failure(set: "run.steps=1e30") == "--set: run.steps: expected a whole number, found 1e30")
        #expect(failure(set: "agent.model_lr=1e300").contains("agent.model_lr"))
        #expect(failure(set: "replay.cache_bytes=99999999999999 TiB").contains("expected bytes"))
    }

    @Test func unknownKeysListTheKnownOnesAndSuggestTheNearest() {
        #expect(
            failure("replay:\n  prefech: 1\n")
                == "a.yaml:2: unknown key replay.prefech (did you mean prefetch?); known keys of replay: capacity_steps, "
                + "capacity_bytes, cache_bytes, replay_ratio, prefill_steps, tolerance, prefetch, online")
        #expect(
            failure("reply: {}")
                == "a.yaml:1: unknown key reply (did you mean replay?); known keys: run, environment, agent, replay, "
                + "learner, actors, evaluation, dashboard")
        #expect(failure(set: "zzzzzz.a.b=1").hasPrefix("--set: unknown key zzzzzz; known keys: run, "))
        #expect(
            failure(set: "run.seed.x=1") == "--set: run.seed: expected a whole number from 0, found a group of keys")
        #expect(failure(set: "run=1") == "--set: run: expected a group of keys, found 1")
        #expect(failure(set: ".seed=1").contains("unknown key"))
    }

    @Test func overridesWithoutAnEqualsSignAreRefused() {
        #expect(failure(set: "run.seed") == "--set: expected key.path=value, found run.seed")
        #expect(failure(set: "=1") == "--set: expected key.path=value, found =1")
    }

    @Test func unreadableFilesAreNamed() throws {
        #expect(
            message { _ = try ConfigurationFile(path: "/nowhere/a.yaml") }
                == "cannot read /nowhere/a.yaml: No such file or directory")
        #expect(message { _ = try ConfigurationFile(path: "/") }.hasPrefix("cannot read /"))
        let path = NSTemporaryDirectory() + "settings-\(UInt64.random(in: 0...(.max))).yaml"
        defer { unlink(path) }
        try Data([0xFF, 0xFE, 0xFF]).write(to: URL(fileURLWithPath: path))
        #expect(message { _ = try ConfigurationFile(path: path) } == "cannot read \(path): not UTF-8")
        try Data("run: {seed: 3}".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try ConfigurationFile(path: path).text == "run: {seed: 3}")
    }

    @Test func exitStatusIsThatOfWrongUsage() {
        #expect(UserError("x").exitCode == 64)
        #expect(UserError("a\nb").description == "a b")
    }
}
