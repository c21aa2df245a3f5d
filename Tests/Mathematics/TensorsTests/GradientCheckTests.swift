import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct GradientCheckTests {
    /// The check must notice a gradient that is not the loss's: `limited` leaves its divisor out on purpose.
    @Test func checkNoticesAWrongGradient() {
        withKnownIssue {
            GradientCheck(inputs: [.init(values: [0.5, 2], columns: 2)]) { e in
                let limited = e.tape.variable(1, 2, tracked: true)
                e.tape.limited(e.inputs[0], into: limited)
                return e.weighed(limited)
            }.agreesWithDifferences()
        }
    }

    /// And one that is off by half a percent.
    @Test func checkNoticesASmallError() {
        withKnownIssue {
            GradientCheck(inputs: [.random(2, 3)]) { e in 1.005 * e.weighed(e.tape.tanh(e.inputs[0])) }
                .agreesWithDifferences()
        }
    }
}
