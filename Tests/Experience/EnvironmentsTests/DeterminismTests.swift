import Environments
import Experience
import TestSupport
import Testing

@Suite(.blocking) struct DeterminismTests {
    @Test(arguments: builtInTasks)
    func theSameSeedShowsTheSame(_ name: String) throws {
        let first = try randomPlay(EnvironmentRegistry.make(name, seed: 7), steps: 200)
        let second = try randomPlay(EnvironmentRegistry.make(name, seed: 7), steps: 200)
        #expect(zip(first, second).allSatisfy { $0.matches($1) })
    }

    @Test(arguments: builtInTasks)
    func anotherSeedShowsSomethingElse(_ name: String) throws {
        let first = try randomPlay(EnvironmentRegistry.make(name, seed: 7), steps: 200)
        let second = try randomPlay(EnvironmentRegistry.make(name, seed: 8), steps: 200)
        #expect(!zip(first, second).allSatisfy { $0.matches($1) })
    }
}
