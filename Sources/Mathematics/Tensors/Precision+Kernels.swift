public import Diagnostics
public import Numbers

extension Precision {
    /// - Parameter name: of the option or key that asks for it.
    /// - Throws: where this processor, or the environment, has no products of this precision.
    public func requireKernels(for name: String) throws(UserError) {
        if let obstacle = MatrixLibrary.obstacle(to: self) { throw UserError("\(name) \(rawValue): \(obstacle)") }
    }
}
