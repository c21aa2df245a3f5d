import Glibc
import Testing

@testable import Tensors

@Suite struct ElementwiseTests {
    private let tape = makeTape()

    @Test func arithmeticIsElementByElement() {
        let (x, y) = (tape.tensor([1, -2, 3, 4.5], columns: 2), tape.tensor([0.5, 2, -1, 1], columns: 2))
        #expect(tape.scaled(x, by: -2).array == [-2, 4, -6, -9])
        #expect(tape.divided(x, by: 3).array == [1 / 3, -2 / 3, 1, 1.5])
        #expect(tape.sum(x, y).array == [1.5, 0, 2, 5.5])
        #expect(tape.difference(x, y).array == [0.5, -4, 4, 3.5])
        #expect(tape.difference(x, y).columns == 2)
        #expect(tape.filled(3, 0.25).array == [0.25, 0.25, 0.25])
        #expect(x.array == [1, -2, 3, 4.5])
    }

    @Test func differentShapesAreRefused() async {
        await #expect(processExitsWith: .failure) {
            let tape = makeTape()
            _ = tape.sum(tape.tensor([1, 2]), tape.tensor([1, 2], columns: 2))
        }
    }

    @Test func complementIsOneWhereNoFlagIsSet() {
        #expect(tape.complement(tape.bytes([0, 1, 0, 255])).array == [1, 0, 1, 0])
    }

    @Test func maskedRowsAreZero() {
        let x = tape.tensor([1, 2, 3, .nan, 5, 6, 7, 8], columns: 2)
        let flags = tape.bytes([0, 1, 0, 0])
        #expect(tape.masked(x, where: flags).array == [1, 2, 0, 0, 5, 6, 7, 8])
        #expect(tape.masked(x, where: flags, leading: 3).array == [0, 0, 0, 0, 0, 0, 7, 8])
        #expect(x[1, 0] == 3)
    }

    @Test func symlogIsTheEquation() {
        let tape = makeTape()
        let values: [Float] = [0, 1, -1, 100, -1e6, 1e-4]
        let expected = values.map { ($0 < 0 ? -1 : 1) * log1p(abs(Double($0))) }
        #expect(relativeError(tape.symlog(tape.tensor(values)).array, expected) < 1e-6)
    }

    // MARK: Sums

    @Test func sumsAreThoseOfDoublePrecision() {
        let values = normals(1001, seed: 1, scale: 1e4, offset: 1e6)
        let exact = values.reduce(0) { $0 + Double($1) } / 1001
        #expect(tape.tensor(values).mean == Float(exact))
        #expect(tape.tensor([-1, 2, 0.5, 4]).mean(atLeast: 1) == 2)
        #expect(tape.tensor([1, 2, 3]).dot(tape.tensor([4, -5, 6])) == 12)
    }

    @Test func aSumOfWhatIsNoNumberIsNone() {
        #expect(tape.tensor([1, .nan]).mean.isNaN)
        #expect(tape.tensor([1, .infinity]).dot(tape.tensor([1, 0])).isNaN)
    }

    @Test func movingKeepsAShare() {
        let running = tape.tensor([1, 2])
        running.move(towards: tape.tensor([3, -2]), momentum: 0.75)
        #expect(running.array == [1.5, 1])
    }

    @Test func bytesOfATensorAreItsElements() {
        let tensor = tape.tensor([1, 2, 3])
        tensor.withMutableBytes { bytes in
            #expect(bytes.count == 12)
            bytes.storeBytes(of: Float(7).bitPattern.littleEndian, toByteOffset: 4, as: UInt32.self)
        }
        #expect(tensor.array == [1, 7, 3])
    }
}
