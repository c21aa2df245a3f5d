import Foundation

extension Evaluator.Result {
    /// One line for people.
    package var summary: String {
        String(
            format: "%@ (%@): mean return %.3f, standard deviation %.3f over %d episodes", environment, policy, mean,
            standardDeviation, episodes) + cut
    }

    /// What is to be known of episodes that did not end by themselves.
    private var cut: String {
        let counts = [(unfinished.count, "unfinished"), (failed.count, "ended by a failure of the task")]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? "" : ", of which " + parts.joined(separator: ", ")
    }
}
