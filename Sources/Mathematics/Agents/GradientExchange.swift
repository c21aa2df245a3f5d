import Tensors

/// Where learners that train one agent together meet, between the gradients of a step and the step itself.
///
/// All of them call it for the same values in the same order. A learner that trains by itself has none.
public protocol GradientExchange: AnyObject {
    /// Replaces `values` by their mean over all learners, which has the same bits at each of them. What is not a number at
    /// one learner is none in the mean.
    func average(_ values: Tensor)
}
