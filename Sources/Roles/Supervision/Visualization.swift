import ActorService
import AgentChoice
import Agents
import Diagnostics
import Experience
import Files
import Foundation
import LearnerService
import Runs
import Settings
import Threads
import Visions

/// Pictures of one kind, of episodes that are played for them with fixed seeds.
package struct Visualization {
    package struct Options {
        package var kind: VisionKind
        /// Episodes that are played side by side; the longest is drawn, all count for numbers.
        package var episodes = 8
        /// Frames of each that are left out before.
        package var start = 0
        /// Frames that the world model sees first.
        package var context = VisionSet.context
        /// Steps after those, at most.
        package var horizon = VisionSet.horizon
        package var seed: UInt64?
        package var policy: Evaluator.Choice?
        package var python: String?

        package init(kind: VisionKind) { self.kind = kind }

        func validate() throws(UserError) {
            let most = Filming.most
            try Requirement.check(
                (1...most).contains(episodes), "--episodes must be from 1 to \(most), got \(episodes)")
            try Requirement.check(start >= 0, "--start must not be negative, got \(start)")
            try Requirement.check(context > 0, "--context must be positive, got \(context)")
            try Requirement.check(horizon > 0, "--steps must be positive, got \(horizon)")
        }
    }

    /// Open-loop errors with what they are of.
    private struct Numbers: Encodable {
        var environment: String
        var agent: String
        var trainSteps: Int
        var episodes: Int
        var context: Int
        var all: Hallucination.Errors
        var steps: [Hallucination.Errors]

        enum CodingKeys: String, CodingKey {
            case environment, agent, episodes, context, all, steps
            case trainSteps = "train_steps"
        }
    }

    /// A line for each checkpoint that was passed over.
    package let notices: [String]
    private let set: VisionSet
    private let numbers: Numbers?

    /// Plays, and looks.
    /// - Parameter directory: of the run whose newest checkpoint plays; nil plays at random, for masks.
    package init(_ directory: RunDirectory?, _ configuration: Configuration, _ options: Options) throws {
        try options.validate()
        if let obstacle = configuration.agent.obstacle(to: options.kind) { throw UserError(obstacle) }
        let checkpoint = try directory.map { try PolicyCheckpoint(.newest, in: $0) }
        notices = checkpoint?.notices ?? []
        let seed = options.seed ?? configuration.evaluation.seed
        let film = try Filming(configuration, python: options.python).film(
            episodes: options.episodes, steps: options.start + options.context + options.horizon, seed: seed,
            choice: options.policy ?? .init(configuration.evaluation.policy),
            load: checkpoint.map { point in { try $0.load(point.weights, version: point.version) } })
        if let obstacle = film.agent.obstacle(to: options.kind) { throw UserError(obstacle) }
        let agent = Agent(film.agent, threads: Processors.usable)
        if let checkpoint { try checkpoint.restore(agent) }
        let recordings = film.episodes.compactMap { $0.recording(from: options.start, least: options.context + 1) }
        guard
            let set = VisionSet(
                options.kind, of: recordings, by: agent, context: options.context, horizon: options.horizon, seed: seed)
        else {
            let longest = film.episodes.map(\.observations.count).max() ?? 0
            throw UserError(
                "the longest of \(film.episodes.count) episodes has \(longest) frames, too few for --start \(options.start) and "
                    + "--context \(options.context)")
        }
        self.set = set
        numbers = set.hallucination.map {
            Numbers(
                environment: configuration.environment.id, agent: configuration.agent.agent,
                trainSteps: checkpoint?.trainSteps ?? 0, episodes: recordings.count, context: options.context,
                all: $0.all, steps: $0.steps)
        }
    }

    /// Writes `KIND.png` and `KIND.gif`, and of open-loop predictions `KIND.json` and `KIND.csv`.
    /// - Returns: the files.
    package func write(to path: String) throws -> [String] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let name = "\(path)/\(set.drawn.kind.rawValue)"
        let drawing = VisionDrawing(set.drawn)
        var files = [("\(name).png", drawing.png()), ("\(name).gif", drawing.gif())]
        if let numbers, let hallucination = set.hallucination {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            files += [
                ("\(name).json", Array(try encoder.encode(numbers))), ("\(name).csv", Array(hallucination.csv.utf8)),
            ]
        }
        for (file, bytes) in files { try DurableFile.replace(file, with: bytes) }
        return files.map(\.0)
    }

    /// One line for people, of open-loop predictions.
    package var summary: String? {
        guard let numbers else { return nil }
        func text(_ number: Double?) -> String { number.map { String(format: "%.5f", $0) } ?? "none" }
        let invented = numbers.all.invented.map { String(format: "%.1f %%", 100 * $0) } ?? "none"
        return
            "\(numbers.steps.count) steps after \(numbers.context) frames of \(numbers.episodes) episodes: squared error "
            + "\(text(numbers.all.inside)) where something moves (\(text(numbers.all.frozen)) if nothing were predicted to), "
            + "\(text(numbers.all.outside)) elsewhere; \(invented) of the predicted change is where nothing changes"
    }
}

extension Filming.Episode {
    /// The frames from `start` on; nil where there are fewer than `least`.
    fileprivate func recording(from start: Int, least: Int) -> Recording? {
        let steps = zip(observations, actions).map { observation, action in
            Recording.Step(image: observation.image, vector: observation.vector, action: action.vector)
        }
        return Recording(before: nil, steps: steps).part(from: start, count: steps.count, least: least)
    }
}
