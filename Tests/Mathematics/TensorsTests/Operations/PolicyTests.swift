import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct PolicyTests {
    @Test(arguments: [[4], [3, 2, 4], [1, 5]]) func discretePolicyLossHasItsGradient(sizes: [Int]) {
        let rows = 5
        GradientCheck(inputs: [.random(rows, sizes.reduce(0, +))]) { e in
            let groups = e.tape.columnGroups(sizes)
            let p = e.tape.softmax(e.inputs[0], groups: groups, unimix: 0.01)
            let columns = sizes.reduce(0, +)
            let chosen = e.tape.chosen(
                e.tape.tensor(uniforms(rows * columns, seed: 4), columns: columns), groups: groups)
            let (advantage, coefficients, bonus) = (e.constants(rows), e.constants(rows), e.constants(rows))
            let result = e.tape.policyLoss(
                p, chosen: chosen, advantage: advantage, coefficients: coefficients, bonus: bonus)
            return e.dot(coefficients, result.loss) - e.dot(bonus, result.entropy)
        }.agreesWithDifferences()
    }

    @Test func discretePolicyLossIsTheEquation() {
        let tape = makeTape()
        let chosen = tape.chosen(tape.tensor([0, 0, 1, 0, 1], columns: 5), groups: tape.columnGroups([3, 2]))
        let p = [0.2, 0.3, 0.5, 0.4, 0.6]
        let result = tape.policyLoss(
            .constant(tape.tensor(p.map(Float.init), columns: 5)), chosen: chosen, advantage: tape.tensor([-1.5]),
            coefficients: tape.tensor([1]))
        #expect(abs(Double(result.entropy[0]) + p.reduce(0) { $0 + $1 * Glibc.log($1) }) < 1e-6)
        #expect(abs(Double(result.loss[0]) - 1.5 * (Glibc.log(0.5) + Glibc.log(0.6))) < 1e-6)
    }

    /// Means, deviations and samples of a continuous policy in one chain.
    @Test func continuousSampleHasItsGradient() {
        let (rows, actions) = (4, 3)
        GradientCheck(inputs: [.random(rows, 2 * actions)]) { e in
            let policy = e.tape.normalPolicy(e.inputs[0])
            let action = e.tape.variable(rows, actions, tracked: true)
            e.tape.sample(policy, noise: e.constants(rows, actions), into: action)
            return e.weighed(action) + e.weighed(policy.mean) + e.weighed(policy.deviation)
        }.agreesWithDifferences()
    }

    @Test func entropyBonusHasItsGradientWithTheSignOfABonus() {
        let (rows, actions) = (4, 3)
        GradientCheck(inputs: [.random(rows, 2 * actions)]) { e in
            let coefficients = e.constants(rows)
            let entropy = e.tape.entropyBonus(e.tape.normalPolicy(e.inputs[0]), coefficients: coefficients)
            return -e.dot(coefficients, entropy)
        }.agreesWithDifferences()
    }

    @Test func normalLossHasItsGradient() {
        let (rows, actions) = (4, 3)
        GradientCheck(inputs: [.random(rows, 2 * actions)]) { e in
            let (action, coefficients) = (e.constants(rows, actions), e.constants(rows))
            return e.dot(
                coefficients,
                e.tape.normalLoss(e.tape.normalPolicy(e.inputs[0]), action: action, coefficients: coefficients))
        }.agreesWithDifferences()
    }

    @Test func normalDensityAndEntropyAreTheEquations() {
        let tape = makeTape()
        let policy = tape.normalPolicy(.constant(tape.tensor([0.5, -1], columns: 2)))
        let deviation = 0.9 * plainSigmoid(1) + 0.1
        #expect(abs(Double(policy.mean.value[0]) - Glibc.tanh(0.5)) < 1e-6)
        #expect(abs(Double(policy.deviation.value[0]) - deviation) < 1e-6)
        let entropy = tape.entropyBonus(policy, coefficients: tape.tensor([1]))[0]
        #expect(abs(Double(entropy) - 0.5 * Glibc.log(2 * .pi * Glibc.exp(1) * deviation * deviation)) < 1e-6)
        let loss = tape.normalLoss(policy, action: tape.tensor([0.1]), coefficients: tape.tensor([1]))[0]
        let distance = (0.1 - Glibc.tanh(0.5)) / deviation
        #expect(
            abs(Double(loss) - (distance * distance / 2 + Glibc.log(deviation * (2 * Double.pi).squareRoot()))) < 1e-6)
    }

    /// a / max(1, |a|), the divisor without a gradient.
    @Test func limitedActionsKeepTheDivisorOutOfTheGradient() {
        let tape = makeTape()
        let action = tape.tracked([0.5, -4, 1, 2], columns: 2)
        let limited = tape.variable(2, 2, tracked: true)
        tape.limited(action, into: limited)
        #expect(limited.value.array == [0.5, -1, 1, 1])
        tape.seed(limited, coefficients: tape.tensor([3, 8, 5, 6], columns: 2))
        tape.backward()
        #expect(tape.gradientTensor(action).array == [3, 2, 5, 3])
    }
}
