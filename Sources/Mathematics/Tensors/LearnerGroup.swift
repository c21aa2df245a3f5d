/// Learners that train one agent together, each on its share of the batch, as one of them sees the others (decision 0053).
///
/// All of them call it for values of the same shapes in the same order, and what comes out has the same bits at each of them.
/// A learner that trains by itself has none.
public protocol LearnerGroup: AnyObject {
    /// Learners whose share counts in this step. The others compute along, on whatever they have, and change nothing.
    var sharing: Int { get }

    /// Replaces `values` by their mean over those that share. What is not a number at one of them is none in the mean.
    func average(_ values: Tensor)

    /// Begins to replace gradients by their mean over those that share, which may be rounded, while this learner computes on: until `settle`
    /// it neither reads nor writes them.
    func averageLater(_ gradients: Tensor)

    /// Waits until what was begun is done.
    func settle()

    /// Writes the `values` of all that share one after the other, by rank, into `all`.
    func gather(_ values: Tensor, into all: Tensor)
}
