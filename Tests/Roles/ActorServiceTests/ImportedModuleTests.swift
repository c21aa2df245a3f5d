import Diagnostics
import Experience
import Logging
import Settings
import Testing
import Transport
import Wire

@testable import ActorService

/// A learner may name a Gymnasium task, but not have this machine import what it likes.
@Suite struct ImportedModuleTests {
    /// What becomes of an actor whose learner plays `environment`, on a machine without that Python.
    private func refusal(_ environment: String, modules: Set<String> = []) throws -> String {
        var configuration = Configuration()
        configuration.environment.id = environment
        let welcome = Welcome(
            runID: "run", learnerGeneration: 1, actorIndex: 0, configuration: configuration.yaml(), seed: 1,
            creditBytes: 1 << 20, storedThrough: 0, heartbeatMilliseconds: 5000)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = LearnerClient(configuration: .init(host: "127.0.0.1", port: 1, actor: "a"), logger: logger)
        let error = try #require(throws: (any Error).self) {
            try PlayLoop(
                welcome: welcome, client: client, python: "/nonexistent/python", output: nil, modules: modules,
                logger: logger)
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

    /// These get as far as the interpreter, which is not there.
    @Test func whatIsNamedOrRegisteredIsTried() throws {
        #expect(try refusal("gym/os:Good-v0", modules: ["os"]).contains("/nonexistent/python"))
        #expect(try refusal("gym/CartPole-v1").contains("/nonexistent/python"))
    }
}
