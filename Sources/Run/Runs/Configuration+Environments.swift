import AgentChoice
import Diagnostics
import Environments
import Experience
import Files
import Numbers
import Settings
import TrajectoryCodec

extension Configuration {
    /// The agent's numbers with what the environment shows and takes.
    package func agent(for environment: any Environment) -> AgentConfiguration {
        agent(image: environment.image, vector: environment.vectorCount, actions: environment.actionSpace)
    }

    private func agent(image: ImageShape, vector: Int, actions: ActionSpace) -> AgentConfiguration {
        var agent = agent
        agent.image = image.height
        if image != .none { agent.channels = image.channels }
        agent.vector = vector
        agent.actions = actions.count
        agent.discrete = actions.isDiscrete
        let choices = actions.choices ?? []
        agent.actionGroups = choices.count > 1 ? choices.map(String.init).joined(separator: ",") : ""
        return agent
    }

    /// Builds `count` environments whose seeds follow from `seed`. Those that Python plays are made again where they fail;
    /// in training each has a process of its own.
    ///
    /// - Parameter host: what is this process's own.
    package func makeEnvironments(
        _ count: Int, for purpose: EnvironmentPurpose, seed: UInt64, on host: EnvironmentHost
    ) throws(EnvironmentError) -> [any Environment] {
        var python = PythonHost(interpreter: host.python)
        (python.startSeconds, python.stepSeconds) = (environment.startSeconds, environment.stepSeconds)
        python.output = host.output.map { BoundedFile($0) }
        // An environment that shows none has images all the same.
        return try EnvironmentRegistry.makeSturdy(
            environment.id, image: agent.seesImages ? agent.image : AgentConfiguration().image,
            options: environment.options, purpose: purpose, python: python,
            seeds: (0..<count).map { SplitMix64.seed(seed, part: $0) }, together: purpose == .evaluation,
            maximumFailures: environment.maxFailures, isWanted: host.isWanted, broke: host.broke)
    }

    /// Environment frames for one agent step.
    package var actionRepeat: Int {
        (try? EnvironmentRegistry.resolve(environment.options, for: environment.id))?.actionRepeat ?? 1
    }

    /// The task decides what is seen of it, and how many actions there are and of which kind.
    ///
    /// - Throws: one line where the agent cannot play it, such as one that masks images a task without, or where a trajectory of
    ///   it is more than a learner takes.
    package mutating func adopt(_ task: TriedTask) throws(UserError) {
        // The trial may have been drawn at another size.
        let side = agent.seesImages ? agent.image : AgentConfiguration().image
        let image = ImageShape(height: side, width: side, channels: task.image.channels)
        agent = agent(
            image: task.image == .none ? .none : image, vector: task.vectorCount, actions: task.actionSpace)
        try validate()
        try checkTrajectory()
    }

    private func checkTrajectory() throws(UserError) {
        let (shape, limits) = (stepShape, TrajectoryLimits.standard)
        try Requirement.check(
            shape.actionCount <= limits.actions,
            "\(environment.id) has action vectors of \(shape.actionCount) values, and at most \(limits.actions) are taken"
        )
        try Requirement.check(
            shape.vectorCount <= limits.vector,
            "\(environment.id) shows \(shape.vectorCount) numbers, and at most \(limits.vector) are taken")
        let most = limits.steps(of: shape)
        try Requirement.check(
            actors.trajectorySteps <= most,
            "actors.trajectory_steps must be at most \(most) for steps of \(shape.stepBytes) bytes, got "
                + "\(actors.trajectorySteps): where they do not compress, more are too large for a learner")
    }
}
