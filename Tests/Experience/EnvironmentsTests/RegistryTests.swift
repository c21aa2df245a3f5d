import Environments
import Experience
import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct RegistryTests {
    @Test func namesAreKnownWithoutBuilding() {
        for name in [
            "catch", "catch/scenery", "cartpole/swingup", "minatar/breakout", "atari/pong", "gym/CartPole-v1",
            "crafter", "dmc/walker-walk", "dmc/humanoid_CMU-run",
        ] {
            #expect(EnvironmentRegistry.contains(name))
        }
        for name in [
            "", "catch/", "catch/1", "cartpole", "minatar", "minatar/pong", "atari/", "atari/ping", "gym/", "gym",
            "dmc/x", "dmc", "dmc/walker_walk", "crafter/1",
        ] {
            #expect(!EnvironmentRegistry.contains(name))
        }
        let known = EnvironmentRegistry.known
        #expect(
            known.filter { !["gym/<id>", "python/<file>.py:<class>"].contains($0) }.allSatisfy(
                EnvironmentRegistry.contains))
        #expect(Set(known).isSuperset(of: AtariGames.benchmark.map { "atari/\($0)" }))
        #expect(AtariGames.benchmark.count == 26)
    }

    @Test func anUnknownNameListsTheKnownOnes() {
        let message = """
            unknown environment snake; known are catch, catch/cue, catch/scenery, catch/distracted, cartpole/balance, \
            cartpole/swingup, cartpole/balance-distracted, cartpole/swingup-distracted, minatar/asterix, minatar/breakout, minatar/freeway, \
            minatar/seaquest, minatar/space_invaders, atari/<game>, crafter, dmc/<domain>-<task>, gym/<id>, \
            python/<file>.py:<class>
            """
        #expect {
            try EnvironmentRegistry.make("snake", seed: 1)
        } throws: {
            "\($0)" == message
        }
        for (wrong, right) in [("atari/ping", "atari/pong"), ("dmc/walker", "dmc/walker-walk")] {
            #expect {
                try EnvironmentRegistry.make(wrong, seed: 1)
            } throws: {
                "\($0)".contains(right)
            }
        }
    }

    @Test func defaultsAreFilledIn() throws {
        let atari = try EnvironmentRegistry.resolve(EnvironmentOptions(), for: "atari/pong")
        #expect(atari == EnvironmentOptions(actionRepeat: 4, timeLimit: 108_000, noOps: 30, sticky: 0))
        let breakout = try EnvironmentRegistry.resolve(EnvironmentOptions(sticky: 0), for: "minatar/breakout")
        #expect(breakout == EnvironmentOptions(actionRepeat: 1, timeLimit: 10_000, sticky: 0))
        let cartpole = try EnvironmentRegistry.resolve(EnvironmentOptions(), for: "cartpole/swingup")
        #expect(cartpole == EnvironmentOptions(actionRepeat: 2, timeLimit: 1000, observe: .image, noise: 0))
    }

    @Test(arguments: [
        ("catch", EnvironmentOptions(actionRepeat: 0)), ("catch", EnvironmentOptions(timeLimit: 0)),
        ("catch", EnvironmentOptions(noOps: 3)), ("catch", EnvironmentOptions(sticky: 0.1)),
        ("cartpole/balance", EnvironmentOptions(sticky: 0.1)), ("minatar/breakout", EnvironmentOptions(sticky: 2)),
    ])
    func impossibleOptionsAreRefused(name: String, options: EnvironmentOptions) {
        #expect {
            try EnvironmentRegistry.make(name, options: options, seed: 1)
        } throws: {
            if case EnvironmentError.invalidOption = $0 { true } else { false }
        }
    }

    @Test func imagesAreNeitherTinyNorHuge() {
        for size in [8, 2000] {
            #expect(throws: EnvironmentError.invalidOption("image \(size) is not between 16 and 1024 pixels")) {
                try EnvironmentRegistry.make("catch", image: size, seed: 1)
            }
        }
    }

    @Test func optionsHaveSnakeCaseNamesAndDefaults() throws {
        let json = #"{"action_repeat": 2, "time_limit": 5, "no_ops": 1, "sticky": 0.25}"#
        let options = try JSONDecoder().decode(EnvironmentOptions.self, from: Data(json.utf8))
        #expect(options == EnvironmentOptions(actionRepeat: 2, timeLimit: 5, noOps: 1, sticky: 0.25))
        #expect(try JSONDecoder().decode(EnvironmentOptions.self, from: JSONEncoder().encode(options)) == options)
        #expect(try JSONDecoder().decode(EnvironmentOptions.self, from: Data("{}".utf8)) == EnvironmentOptions())
    }

    @Test(arguments: [
        ("catch", false), ("minatar/breakout", false), ("cartpole/swingup", false), ("atari/pong", true),
        ("crafter", true), ("dmc/walker-walk", true), ("gym/CartPole-v1", true),
    ])
    func whoPlaysIsKnown(name: String, python: Bool) {
        #expect(EnvironmentRegistry.needsPython(name) == python)
    }

    @Test func modulesThatPythonImportsAreKnown() {
        #expect(EnvironmentRegistry.importedModule(of: "gym/os:Evil-v0") == "os")
        #expect(EnvironmentRegistry.importedModule(of: "gym/a.b:c:Evil-v0") == "a.b:c")
        for name in ["gym/CartPole-v1", "atari/pong", "catch", ""] {
            #expect(EnvironmentRegistry.importedModule(of: name) == nil)
        }
    }
}
