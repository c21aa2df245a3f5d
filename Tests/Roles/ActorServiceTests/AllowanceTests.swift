import Diagnostics
import Environments
import Experience
import Logging
import Settings
import Testing
import Transport
import Wire

@testable import ActorService

/// A learner may name a Gymnasium task, but not have this machine import or show what it likes.
@Suite struct AllowanceTests {
    /// What becomes of an actor whose learner plays `environment`, on a machine without that Python.
    private func refusal(
        _ environment: String, _ options: EnvironmentOptions = EnvironmentOptions(), modules: Set<String> = [],
        folders: Set<String> = []
    ) throws -> String {
        var configuration = Configuration()
        configuration.environment.id = environment
        configuration.environment.options = options
        let welcome = Welcome(
            runID: "run", learnerGeneration: 1, actorIndex: 0, configuration: configuration.yaml(), seed: 1,
            creditBytes: 1 << 20, storedThrough: 0, heartbeatMilliseconds: 5000)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = LearnerClient(
            configuration: .init(learner: .at(.init(host: "127.0.0.1", port: 1)), actor: "a"), logger: logger)
        let error = try #require(throws: (any Error).self) {
            try PlayLoop(
                welcome: welcome, client: client, python: "/nonexistent/python", output: nil,
                allowance: Allowance(modules: modules, folders: folders), rounds: nil, logger: logger)
        }
        return (error as? any OneLineError)?.message ?? "\(error)"
    }

    @Test func aModuleIsNotImportedUnlessItIsNamed() throws {
        let message = try refusal("gym/os:Evil-v0")
        #expect(message.contains("imports the Python module os here"))
        #expect(message.contains("--gym-module os"))
        #expect(try refusal("gym/a.b:c:Evil-v0").contains("module a.b:c here"))
        #expect(try refusal("gym/os:Evil-v0", modules: ["sys"]).contains("--gym-module os"))
    }

    @Test func aFolderIsNotShownUnlessItIsNamed() throws {
        let options = EnvironmentOptions(backgrounds: "/home/me/photos", evaluationBackgrounds: "/home/me/films")
        func message(_ folders: Set<String>) throws -> String {
            try refusal("dmc/walker-walk", options, folders: folders)
        }
        for folders in [[], ["/home/me"], ["/home/me/films"]] as [Set<String>] {
            let message = try message(folders)
            #expect(message.contains("the folder /home/me/photos here"), "\(message)")
            #expect(message.contains("--backgrounds /home/me/photos"), "\(message)")
        }
        // Training shows one of the two.
        #expect(try message(["/home/me/photos"]).contains("/nonexistent/python"))
        var configuration = Configuration()
        configuration.environment.id = "dmc/walker-walk"
        configuration.environment.options = options
        let error = try #require(throws: UserError.self) {
            try Allowance(folders: ["/home/me/photos"]).check(configuration, for: .evaluation)
        }
        #expect(error.message.contains("--backgrounds /home/me/films"))
        try Allowance(folders: ["/home/me/films"]).check(configuration, for: .evaluation)
    }

    /// These get as far as the interpreter, which is not there.
    @Test func whatIsNamedOrRegisteredIsTried() throws {
        #expect(try refusal("gym/os:Good-v0", modules: ["os"]).contains("/nonexistent/python"))
        #expect(try refusal("gym/CartPole-v1").contains("/nonexistent/python"))
    }
}
