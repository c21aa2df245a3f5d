import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct ImagesTests {
    private func imageLoss(_ images: Int, pixels: Int) -> GradientCheck {
        GradientCheck(inputs: [.random(images, pixels, scale: 0.3, offset: 0.5)]) { e in
            let loss = e.tape.imageLoss(
                e.inputs[0], target: e.tape.bytes(integers(images * pixels, below: 256, seed: 3)), coefficient: 0.4)
            return loss.array.reduce(0) { $0 + 0.4 * Double($1) }
        }
    }

    private func divergence(batch: Int, length: Int, pixels: Int) -> GradientCheck {
        let rows = batch * length
        return GradientCheck(inputs: [.random(rows, pixels, scale: 0.3, offset: 0.5)]) { e in
            let first = e.tape.bytes([UInt8](repeating: 0, count: rows))
            first[2 * batch - 1] = 1
            let loss = e.tape.differenceDivergence(
                e.inputs[0], target: e.tape.bytes(integers(rows * pixels, below: 256, seed: 3)), first: first,
                batch: batch, temperature: 0.3, epsilon: 1e-12, coefficient: 0.4)
            return loss.array.reduce(0) { $0 + 0.4 * Double($1) }
        }
    }

    @Test func imageLossHasItsGradient() { imageLoss(3, pixels: 7).agreesWithDifferences() }

    @Test func differenceDivergenceHasItsGradient() {
        divergence(batch: 2, length: 4, pixels: 9).agreesWithDifferences()
    }

    @Test func twoThreadsComputeTheSameImageLosses() {
        imageLoss(9, pixels: 300).agreesBetweenThreads()
        divergence(batch: 3, length: 5, pixels: 300).agreesBetweenThreads()
    }

    @Test func squaredErrorHasItsGradient() {
        GradientCheck(inputs: [.random(3, 5)]) { e in
            let loss = e.tape.squaredError(e.inputs[0], target: e.constants(3, 5), coefficient: 0.4)
            return loss.array.reduce(0) { $0 + 0.4 * Double($1) }
        }.agreesWithDifferences()
    }

    /// At the temperature of DyMoDreamer's release almost all mass lies on a few pixels; the sum is the equation's nevertheless.
    @Test(arguments: [1e-3, 0.05, 1] as [Float]) func differenceDivergenceIsTheEquation(temperature: Float) {
        let (batch, pixels) = (2, 255)
        let tape = makeTape()
        let prediction = normals(2 * batch * pixels, seed: 1, scale: 0.002, offset: 0.5)
        let target: [UInt8] = integers(2 * batch * pixels, below: 3, seed: 2)
        let first = tape.bytes([1, 1, 0, 1])
        let loss = tape.differenceDivergence(
            .constant(tape.tensor(prediction, columns: pixels)), target: tape.bytes(target), first: first,
            batch: batch, temperature: temperature, epsilon: 1e-12, coefficient: 1)
        func softmax(_ x: [Double]) -> [Double] {
            let scaled = x.map { $0 / Double(temperature) }
            let e = scaled.map { Glibc.exp($0 - scaled.max()!) }
            return e.map { $0 / e.reduce(0, +) }
        }
        let next = batch * pixels
        let p = softmax((0..<pixels).map { Double(prediction[next + $0]) - Double(prediction[$0]) })
        let q = softmax((0..<pixels).map { (Double(target[next + $0]) - Double(target[$0])) / 255 })
        let expected = zip(p, q).reduce(0) { $0 + $1.0 * Glibc.log($1.0 / ($1.1 + 1e-12) + 1e-12) }
        #expect(abs(Double(loss[0]) - expected) <= 1e-4 * max(1, abs(expected)))
        #expect(loss[1] == 0)  // an episode starts there
    }
}
