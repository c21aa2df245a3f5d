import Tensors

extension ParameterGroup {
    /// The world model.
    public static let model = trained(0)
    /// Decoders on stopped features. They are to have no effect on the rest, which a norm that is cut together would be.
    public static let decoder = trained(3)
    /// The behaviour's policy and value.
    public static let actor = trained(1)
    public static let critic = trained(2)
    /// Moving averages of other parameters.
    public static let slow = kept(0)
    /// Running statistics of batch norms, part of what acts.
    public static let statistics = kept(1)

    /// All that optimisers step, in the order of their steps; an agent need not have each.
    public static let optimized: [ParameterGroup] = [.model, .decoder, .actor, .critic]
}
