import Agents
import Diagnostics
import Tensors

extension PolicyCheckpoint {
    /// Gives a whole agent its parameters, without what training needs beyond them.
    /// - Throws: one line where the agent is another one, as with another task.
    package func restore(_ agent: Agent) throws(UserError) {
        for specification in Agent.specifications(agent.configuration) {
            guard let values = weights[specification.name], values.count == specification.count else {
                throw UserError(
                    "the run's checkpoint does not fit this task: \(specification.name) is missing or of another size; "
                        + "leave out --env, or name a task with the same observations and actions")
            }
            agent.store.restore(specification.name, from: values)
        }
    }
}
