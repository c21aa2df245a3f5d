import AgentChoice
import Experience
import Foundation
import Settings

/// `config.json` of an export, and the text in the files beside it: all that acting needs to know besides the weights.
package struct PolicyDescription: Codable, Sendable, Equatable {
    /// Of this layout; what is added does not raise it.
    static let format = 1

    package struct Observation: Codable, Sendable, Equatable {
        /// Height, width and channels of an image of bytes; nil where none is seen.
        var image: [Int]?
        /// Numbers of a vector; nil where none is seen.
        var vector: Int?
    }

    package struct Action: Codable, Sendable, Equatable {
        /// `discrete`: one-hot, a one-hot for each group; `continuous`: numbers in [−1, 1].
        var kind: String
        /// Length of an action.
        var size: Int
        /// Choices of each group; nil where actions are continuous.
        var groups: [Int]?
    }

    /// Shapes of the state that is carried from step to step; z and d are groups and classes.
    package struct State: Codable, Sendable, Equatable {
        var h: [Int]
        var z: [Int]
        /// Of the modulation, or of the latent difference; nil where neither stands beside z.
        var d: [Int]?
    }

    package var format = Self.format
    /// The release of the program that wrote it.
    package var release: String
    /// What that program was built from; nil where it is not recorded.
    package var commit: String?
    package var policyVersion: UInt64
    package var trainSteps: Int
    package var observation: Observation
    package var action: Action
    package var state: State
    /// Every switch and number of the agent, by the executable specification's keys.
    package var agent: AgentConfiguration
    /// The task that it was trained on, and how it is evaluated there.
    package var environment: EnvironmentSettings
    package var evaluation: EvaluationSettings

    enum CodingKeys: String, CodingKey {
        case format, release, commit, observation, action, state, agent, environment, evaluation
        case policyVersion = "policy_version"
        case trainSteps = "train_steps"
    }

    package init(
        _ configuration: Configuration, policyVersion: UInt64, trainSteps: Int, release: String, commit: String? = nil
    ) {
        let c = configuration.agent
        self.commit = commit
        (self.policyVersion, self.trainSteps, self.release) = (policyVersion, trainSteps, release)
        observation = Observation(
            image: c.seesImages ? [c.image, c.image, c.channels] : nil, vector: c.seesVectors ? c.vector : nil)
        action = Action(
            kind: c.discrete ? "discrete" : "continuous", size: c.actions, groups: c.discrete ? c.groups : nil)
        let d =
            c.modulation
            ? [c.modulationStochastic, c.modulationClasses] : c.latentDifference ? [c.stochastic, c.classes] : nil
        state = State(h: [c.deterministic], z: [c.stochastic, c.classes], d: d)
        agent = c
        environment = configuration.environment
        evaluation = configuration.evaluation
    }

    /// Height, width and channels of an image; nil where none is seen.
    package var image: [Int]? { observation.image }

    /// A configuration to play with.
    package var configuration: Configuration {
        var configuration = Configuration()
        (configuration.agent, configuration.environment, configuration.evaluation) = (agent, environment, evaluation)
        return configuration
    }

    /// Readable JSON with sorted keys.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
