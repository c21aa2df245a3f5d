import Tensors

extension ParameterGroup {
    /// The world model.
    public static let model = trained(0)
    /// The behaviour's policy and value.
    public static let actor = trained(1)
    public static let critic = trained(2)
    /// Moving averages of other parameters.
    public static let slow = kept(0)
    /// Running statistics of batch norms, part of what acts.
    public static let statistics = kept(1)
}
