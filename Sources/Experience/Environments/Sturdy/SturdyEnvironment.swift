import Experience
import Foundation

/// An environment that outlives its failures. One that raises an error, ends or does not answer in the middle of an episode
/// ends that episode with one more step, which shows what was seen last, has no reward, and is last but not terminal; the
/// environment is made again before the next episode.
package final class SturdyEnvironment: RepeatableEnvironment {
    /// Which time an environment is made.
    package struct Attempt {
        /// 0 for the first.
        package let number: Int
        /// Whether nothing is to be taken over from the one before: that has not helped.
        package let isFresh: Bool
        /// For an episode that is to be one of its own; nil where it is made after a failure, or first.
        package var seed: UInt64?
    }

    package typealias Make = (_ broken: (any Environment)?, Attempt) throws(EnvironmentError) -> any Environment

    /// Between two looks whether it is still wanted.
    private static let pause = Duration.milliseconds(50)

    package let image: ImageShape
    package let vectorCount: Int
    package let actionSpace: ActionSpace
    private let make: Make
    private let isWanted: () -> Bool
    private let broke: (EnvironmentFailure) -> Void
    private var inner: any Environment
    private var count: FailureCount
    private var attempts = 1
    /// Until it is made again, before the next episode.
    package private(set) var hasFailed = false
    private var shown = Observation(reward: 0, flags: [])
    /// Steps of the episode that is played; nil between two.
    private var episodeSteps: Int?
    /// Of the episode that is to start.
    private var seed: UInt64?

    /// Makes the environment, again where that fails.
    /// - Parameters:
    ///   - maximumFailures: without a step between; as many are an error.
    ///   - isWanted: asked before it is made again; where it is not wanted, what failed is an error.
    ///   - broke: told of each failure that is no error.
    ///   - make: makes it, in place of a broken one if that is given.
    package init(
        maximumFailures: Int, isWanted: @escaping () -> Bool = { true },
        broke: @escaping (EnvironmentFailure) -> Void = { _ in }, make: @escaping Make
    ) throws(EnvironmentError) {
        var (count, attempts, made) = (FailureCount(maximum: maximumFailures), 0, (any Environment)?.none)
        while made == nil {
            do throws(EnvironmentError) {
                made = try make(nil, Attempt(number: attempts, isFresh: attempts > 0))
            } catch {
                broke(EnvironmentFailure(error: try Self.bear(error, &count, isWanted), episodeSteps: nil))
            }
            attempts += 1
        }
        guard let made else { preconditionFailure("made, or an error was thrown") }
        (inner, self.count, self.attempts) = (made, count, attempts)
        (image, vectorCount, actionSpace) = (made.image, made.vectorCount, made.actionSpace)
        (self.make, self.isWanted, self.broke) = (make, isWanted, broke)
    }

    /// One that fails here will fail at the next episode's start, too.
    package func achieved() -> Achievements {
        hasFailed ? Achievements() : (try? inner.achieved()) ?? Achievements()
    }

    /// Lines for people about how it is taken.
    package var notes: [String] { (inner as? BridgedEnvironment)?.notes ?? [] }

    package func reset() throws(EnvironmentError) -> Observation {
        episodeSteps = nil
        while true {
            do throws(EnvironmentError) {
                if hasFailed { try makeAgain() }
                shown = try inner.reset()
                episodeSteps = 0
                return shown
            } catch {
                try endure(error)
            }
        }
    }

    /// It is made again with this seed, in the process that it has.
    package func reset(seed: UInt64) throws(EnvironmentError) -> Observation {
        self.seed = seed
        defer { self.seed = nil }
        hasFailed = true
        return try reset()
    }

    package func begin(_ action: Action) { inner.begin(action) }

    package func step(_ action: Action) throws(EnvironmentError) -> Observation {
        precondition(episodeSteps != nil, "a step without an episode: call reset first")
        do throws(EnvironmentError) {
            let new = try inner.step(action)
            guard new.reward.isFinite else {
                throw .environmentFailed("the reward \(new.reward) is not a finite number")
            }
            shown = new
            count.stepped()
            episodeSteps = shown.flags.contains(.last) ? nil : episodeSteps.map { $0 + 1 }
            return shown
        } catch {
            try endure(error)
            return Observation(image: shown.image, vector: shown.vector, reward: 0, flags: .last)
        }
    }

    package func close() { inner.close() }

    private func makeAgain() throws(EnvironmentError) {
        let made = try make(inner, Attempt(number: attempts, isFresh: count.inARow > 1, seed: seed))
        attempts += 1
        inner = made
        guard made.shape == shape, made.actionSpace == actionSpace else {
            throw .environmentFailed("it was made again and has \(made.shape), before it had \(shape)")
        }
        hasFailed = false
    }

    /// - Throws: where it is not to be made again.
    private func endure(_ error: EnvironmentError) throws(EnvironmentError) {
        hasFailed = true
        let failure = EnvironmentFailure(error: try Self.bear(error, &count, isWanted), episodeSteps: episodeSteps)
        episodeSteps = nil
        broke(failure)
    }

    /// Waits where a failure asks for it.
    /// - Throws: `error` where there is to be no other attempt.
    private static func bear(
        _ error: EnvironmentError, _ count: inout FailureCount, _ isWanted: () -> Bool
    ) throws(EnvironmentError) -> EnvironmentError {
        guard case .again(let wait) = count.failed(error) else { throw error }
        let end = ContinuousClock.now + wait
        while isWanted() {
            guard ContinuousClock.now < end else { return error }
            Thread.sleep(forTimeInterval: pause / .seconds(1))
        }
        throw error
    }
}
