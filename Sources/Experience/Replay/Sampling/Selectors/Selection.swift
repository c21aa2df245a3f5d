/// The selectors that there are.
package enum Selection: CaseIterable, Sendable {
    case uniform
    case freshFirst

    /// Makes one for sequences of `length` trained steps.
    package func selector(length: Int) -> any Selector {
        switch self {
        case .uniform: UniformSelector(length: length)
        case .freshFirst: FreshFirstSelector(length: length)
        }
    }
}
