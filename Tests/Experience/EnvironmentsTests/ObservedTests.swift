import Environments
import Experience
import Foundation
import Numbers
import Testing

/// What is seen of a task changes nothing about it.
@Suite struct ObservedTests {
    private func play(_ observe: Observed?) throws -> (shape: ImageShape, numbers: Int, steps: [Observation]) {
        let environment = try EnvironmentRegistry.make(
            "cartpole/swingup", image: 32, options: EnvironmentOptions(timeLimit: 40, observe: observe), seed: 3)
        return (environment.image, environment.vectorCount, try randomPlay(environment, steps: 50))
    }

    @Test func aTaskShowsPicturesNumbersOrBoth() throws {
        let (pictures, numbers, both) = (try play(nil), try play(.vector), try play(.both))
        #expect(pictures.shape == ImageShape(height: 32, width: 32) && pictures.numbers == 0)
        #expect(numbers.shape == .none && numbers.numbers == 5)
        #expect(both.shape == pictures.shape && both.numbers == 5)
        #expect(pictures.steps.allSatisfy { $0.vector.isEmpty } && numbers.steps.allSatisfy { $0.image.isEmpty })
        #expect(both.steps.map(\.image) == pictures.steps.map(\.image))
        #expect(both.steps.map(\.vector) == numbers.steps.map(\.vector))
        for steps in [numbers.steps, both.steps] {
            #expect(steps.map(\.reward) == pictures.steps.map(\.reward))
            #expect(steps.map(\.flags) == pictures.steps.map(\.flags))
        }
    }

    /// The pole hangs at first, and sine and cosine are those of one angle.
    @Test func theNumbersAreThoseOfThePicture() throws {
        let steps = try play(.vector).steps
        #expect(steps[0].vector[1] < -0.99)
        #expect(steps.allSatisfy { abs(hypot($0.vector[1], $0.vector[2]) - 1) < 1e-5 })
        #expect(Set(steps.map(\.vector)).count > 45)
    }

    @Test func whatATaskDoesNotShowIsRefused() {
        #expect(throws: EnvironmentError.invalidOption("catch has no option observe")) {
            try EnvironmentRegistry.make("catch", options: EnvironmentOptions(observe: .vector), seed: 0)
        }
    }

    @Test func severalChoicesAreJoined() {
        let space = ActionSpace.groups([2, 3])
        #expect(space.count == 5 && space.isDiscrete && space.choices == [2, 3])
        #expect(Action.oneHot([1, 0], of: [2, 3]).vector == [0, 1, 1, 0, 0])
        #expect(ActionSpace.continuous(4).choices == nil && ActionSpace.continuous(4).count == 4)
    }
}
