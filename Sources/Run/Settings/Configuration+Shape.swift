import AgentChoice
import Experience

extension Configuration {
    /// What the run's steps have in common: what its environment shows and takes, as its agent sees it.
    package var stepShape: StepShape {
        let image = ImageShape(height: agent.image, width: agent.image, channels: agent.channels)
        return StepShape(image: agent.image > 0 ? image : .none, vectorCount: agent.vector, actionCount: agent.actions)
    }
}
