import Experience
import Testing

@testable import Environments

@Suite struct SturdyEnvironmentTests {
    /// Shows how many steps it has made in its life, and fails where it is told to.
    private final class Fragile: Environment {
        let image = ImageShape.none
        let vectorCount = 1
        let actionSpace = ActionSpace.discrete(2)
        /// Steps of its life that fail, counted from 1; 0 stands for each reset.
        let failing: Set<Int>
        var reward: Float = 1
        private(set) var isClosed = false
        private var life = 0
        /// Comes before each reset.
        private let starting: () throws(EnvironmentError) -> Void

        init(failing: Set<Int>, starting: @escaping () throws(EnvironmentError) -> Void = {}) {
            self.failing = failing
            self.starting = starting
        }

        func reset() throws(EnvironmentError) -> Observation {
            try starting()
            if failing.contains(0) { throw .environmentFailed("no start") }
            return Observation(vector: [Float(life)], reward: 0, flags: .first)
        }

        func step(_ action: Action) throws(EnvironmentError) -> Observation {
            life += 1
            if failing.contains(life) { throw .environmentFailed("step \(life)") }
            return Observation(vector: [Float(life)], reward: reward, flags: [])
        }

        func close() { isClosed = true }
    }

    private let action = Action.oneHot(0, of: 2)

    /// The episode ends with what was seen last, and nobody takes that for the task's own end.
    @Test func aFailureEndsTheEpisodeAndNoMore() throws {
        var made: [Fragile] = []
        var failures: [EnvironmentFailure] = []
        let environment = try SturdyEnvironment(maximumFailures: 3, broke: { failures.append($0) }) { _, attempt in
            made.append(Fragile(failing: attempt.number == 0 ? [3] : []))
            return made.last!
        }
        _ = try environment.reset()
        for _ in 0..<2 { #expect(try environment.step(action).flags == []) }
        let last = try environment.step(action)
        #expect(last.vector == [2] && last.reward == 0 && last.flags == .last)
        #expect(failures == [EnvironmentFailure(error: .environmentFailed("step 3"), episodeSteps: 2)])
        // It is made again when it is needed.
        #expect(made.count == 1)
        #expect(try environment.reset().flags == .first && made.count == 2)
        for _ in 0..<5 { #expect(try environment.step(action).flags == []) }
    }

    /// Each failure costs a start and no episode.
    @Test func everyThirdStartFails() throws {
        var (starts, failures) = (0, [EnvironmentFailure]())
        let environment = try SturdyEnvironment(maximumFailures: 3, broke: { failures.append($0) }) { _, _ in
            Fragile(failing: []) { () throws(EnvironmentError) in
                starts += 1
                if starts.isMultiple(of: 3) { throw .environmentFailed("start \(starts)") }
            }
        }
        for _ in 0..<10 {
            #expect(try environment.reset().flags == .first)
            for _ in 0..<4 { #expect(try environment.step(action).flags == []) }
        }
        #expect(starts == 14)
        #expect(
            failures
                == [3, 6, 9, 12].map { EnvironmentFailure(error: .environmentFailed("start \($0)"), episodeSteps: nil) }
        )
    }

    @Test func whatWasBrokenIsHandedBackAndSeedsDiffer() throws {
        var broken: [Bool] = []
        var attempts: [Int] = []
        let environment = try SturdyEnvironment(maximumFailures: 3) { old, attempt in
            broken.append(old != nil)
            attempts.append(attempt.number)
            return Fragile(failing: [2])
        }
        for _ in 0..<3 {
            _ = try environment.reset()
            while try !environment.step(action).flags.contains(.last) {}
        }
        #expect(broken == [false, true, true] && attempts == [0, 1, 2])
    }

    /// Without a step between, and after the first such failure in a new process.
    @Test func aTaskThatAlwaysFailsIsAnError() throws {
        var fresh: [Bool] = []
        let environment = try SturdyEnvironment(maximumFailures: 3) { _, attempt in
            fresh.append(attempt.isFresh)
            return Fragile(failing: attempt.number == 0 ? [2] : [0])
        }
        _ = try environment.reset()
        _ = try environment.step(action)
        #expect(try environment.step(action).flags == .last)
        #expect(throws: EnvironmentError.environmentFailed("no start")) { try environment.reset() }
        #expect(fresh == [false, false, true])
    }

    /// One that was never played and fails twice in one way is not waited for.
    @Test func theSameErrorFromTheStartIsTriedTwice() throws {
        var count = 0
        #expect(throws: EnvironmentError.environmentFailed("nothing")) {
            _ = try SturdyEnvironment(maximumFailures: 100) { _, _ throws(EnvironmentError) in
                count += 1
                throw .environmentFailed("nothing")
            }
        }
        #expect(count == 2)
        // What was asked for wrongly is not tried again at all.
        #expect(throws: EnvironmentError.invalidOption("no")) {
            _ = try SturdyEnvironment(maximumFailures: 100) { _, _ throws(EnvironmentError) in
                count += 1
                throw .invalidOption("no")
            }
        }
        #expect(count == 3)
    }

    @Test func nothingIsMadeAgainForWhoIsStopped() throws {
        var isWanted = true
        let environment = try SturdyEnvironment(maximumFailures: 100, isWanted: { isWanted }) { _, _ in
            Fragile(failing: [1])
        }
        _ = try environment.reset()
        isWanted = false
        #expect(throws: EnvironmentError.environmentFailed("step 1")) { try environment.step(action) }
    }

    @Test(arguments: [Float.nan, .infinity]) func aRewardThatIsNoNumberIsAFailure(reward: Float) throws {
        let fragile = Fragile(failing: [])
        fragile.reward = reward
        var failures: [EnvironmentFailure] = []
        let environment = try SturdyEnvironment(maximumFailures: 3, broke: { failures.append($0) }) { _, _ in fragile }
        _ = try environment.reset()
        #expect(try environment.step(action).flags == .last)
        #expect("\(failures[0].error)".contains("the reward \(reward) is not a finite number"))
    }

    @Test func anotherTaskInItsPlaceIsAnError() throws {
        let environment = try SturdyEnvironment(maximumFailures: 2) { _, attempt throws(EnvironmentError) in
            attempt.number == 0
                ? Fragile(failing: [1]) as any Environment : try EnvironmentRegistry.make("catch", image: 16, seed: 1)
        }
        _ = try environment.reset()
        _ = try environment.step(action)
        #expect {
            try environment.reset()
        } throws: {
            "\($0)".contains(
                "it was made again and has 16×16×3 images, 3 action values, before it had 1 observed numbers")
        }
    }
}

@Suite struct FailureCountTests {
    private let error = EnvironmentError.environmentFailed("x")

    /// No wait for an accident, growing ones where nothing helps.
    @Test func pausesGrowOnlyWithoutSteps() {
        var count = FailureCount(maximum: 5)
        count.stepped()
        for wait in [0, 1, 2, 4] {
            let verdict = count.failed(error)
            #expect(verdict == .again(after: .seconds(wait)))
        }
        count.stepped()
        for _ in 0..<20 {
            let verdict = count.failed(error)
            #expect(verdict == .again(after: .zero))
            count.stepped()
        }
        for _ in 0..<4 { _ = count.failed(error) }
        let last = count.failed(error)
        #expect(last == .hopeless)
    }

    @Test func otherErrorsAtTheStartAreTriedOn() {
        var count = FailureCount(maximum: 3)
        let first = count.failed(.environmentFailed("1"))
        let second = count.failed(.environmentFailed("2"))
        let third = count.failed(.environmentFailed("3"))
        #expect(first == .again(after: .zero) && second == .again(after: .seconds(1)) && third == .hopeless)
    }
}
