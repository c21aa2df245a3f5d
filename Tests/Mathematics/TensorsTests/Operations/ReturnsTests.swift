import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct ReturnsTests {
    @Test func lambdaReturnHasItsGradients() {
        let (time, n) = (5, 3)
        GradientCheck(
            inputs: [
                .random(time * n, 1), .random(time * n, 1, seed: 2, scale: 0.2, offset: 0.8),
                .random(time * n, 1, seed: 3),
            ]
        ) { e in
            e.weighed(
                e.tape.lambdaReturn(
                    reward: e.inputs[0], continuation: e.inputs[1], value: e.inputs[2], count: n, gamma: 0.99,
                    lambda: 0.9))
        }.agreesWithDifferences()
    }

    @Test(arguments: [0, 0.5, 1] as [Float]) func lambdaReturnIsTheRecursionAndStopsAtEpisodeStarts(lambda: Float) {
        let (time, n) = (7, 4)
        let tape = makeTape()
        let (r, c, v) = (normals(time * n, seed: 1), uniforms(time * n, seed: 2), normals(time * n, seed: 3))
        var first = [UInt8](repeating: 0, count: time * n)
        first[3 * n + 1] = 1
        first[6 * n + 2] = 1
        let returns = tape.lambdaReturn(
            reward: .constant(tape.tensor(r)), continuation: .constant(tape.tensor(c)),
            value: .constant(tape.tensor(v)), first: tape.bytes(first), count: n, gamma: 0.9, lambda: lambda)
        func plain(_ t: Int, _ i: Int) -> Double {
            let next = (t + 1) * n + i
            guard t + 1 < time, first[next] == 0 else { return Double(c[t * n + i]) * Double(v[t * n + i]) }
            let ahead = (1 - Double(lambda)) * Double(v[next]) + Double(lambda) * plain(t + 1, i)
            return Double(r[next]) + 0.9 * Double(c[next]) * ahead
        }
        let expected = (0..<time).flatMap { t in (0..<n).map { plain(t, $0) } }
        #expect(relativeError(returns.value.array, expected) < 1e-6)
    }

    /// A true end has nothing after it, a time limit has the value of where it came.
    @Test func replayedReturnsEndWithTheContinuationsShareOfTheValue() {
        let tape = makeTape()
        let returns = tape.lambdaReturn(
            reward: .constant(tape.tensor([1, 2, 3, 4])), continuation: .constant(tape.tensor([1, 0, 1, 0])),
            value: .constant(tape.tensor([10, 20, 30, 40])), first: tape.bytes([0, 0, 1, 1]), count: 1, gamma: 0.5,
            lambda: 1)
        #expect(returns.value.array == [2, 0, 30, 0])
    }

    @Test func cumulativeDiscountStartsWithTheContinuationItself() {
        let tape = makeTape()
        let discount = tape.cumulativeDiscount(tape.tensor([1, 0, 0.5, 1, 0.25, 1]), count: 2, gamma: 0.5)
        #expect(discount.array == [1, 0, 0.25, 0, 0.03125, 0])
    }
}
