import AgentChoice
import AgentFixtures
import Agents
import Foundation
import Inspection
import KernelChoice
import Networks
import Numbers
import Tensors
import TestSupport
import Testing
import WorldModels

/// One training step of each agent against the executable specification in float64.
@Suite(.blocking, .serialized) struct ParityTests {
    private static let tolerance = 3e-4

    @Test(arguments: Fixture.names, Kernels.available)
    func stepAgreesWithTheReferenceInEveryNumber(name: String, set: String) throws {
        let expected = try Archive(contentsOf: Fixture.directory(name).appendingPathComponent("expected.safetensors"))
        #expect(expected.names.count > 100)
        for threads in [1, 2] {
            let actual = try Kernels.using(set) { try Parity.run(Fixture.directory(name), threads: threads) }
            for key in expected.names {
                let (want, got) = (
                    try expected.floats(key), try actual.floats(key, shape: expected.entries[key]?.shape)
                )
                let error = relativeError(got, want)
                #expect(error <= Self.tolerance, "\(key) with \(threads) threads")
            }
        }
    }

    /// With factors rounded to bfloat16: losses and statistics to 2⁻⁷, and every gradient in its direction.
    @Test(.enabled(if: MatrixLibrary.obstacle(to: .bfloat16) == nil), arguments: Fixture.clearNames, [1, 2])
    func aStepOfRoundedFactorsGoesWhereTheReferenceGoes(name: String, threads: Int) throws {
        let expected = try Archive(contentsOf: Fixture.directory(name).appendingPathComponent("expected.safetensors"))
        let actual = try Parity.run(Fixture.directory(name), threads: threads, precision: .bfloat16)
        var (scalars, gradients, differing) = (0, 0, 0)
        for key in expected.names {
            let (want, got) = (try expected.floats(key), try actual.floats(key, shape: expected.entries[key]?.shape))
            if key.hasPrefix("grad.") {
                #expect(cosine(got, want) >= 0.999, "\(key)")
                gradients += 1
                differing += relativeError(got, want) > 1e-4 ? 1 : 0
            } else if key.hasPrefix("loss.") || key.hasPrefix("stat.") {
                #expect(abs(got[0] - want[0]) <= max(1, abs(want[0])) / 128, "\(key)")
                scalars += 1
            }
        }
        #expect(scalars > 8 && gradients > 30)
        // It has rounded.
        #expect(differing > gradients / 2)
    }

    // MARK: Configurations

    private func configuration(_ change: (inout [String: Any]) -> Void) throws -> AgentConfiguration {
        let file = try Data(contentsOf: Fixture.directory("dymodreamer").appendingPathComponent("config.json"))
        var keys = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
        change(&keys)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("parity-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try JSONSerialization.data(withJSONObject: keys).write(to: directory.appendingPathComponent("config.json"))
        return try Parity.configuration(directory)
    }

    /// Files of the executable specification do not know the switches that only this program has.
    @Test func ownSwitchesMayBeMissingAndAreOff() throws {
        let plain = try configuration { keys in
            for key in ["latent_difference", "differential_channels", "differential_reconstruction"] {
                keys[key] = nil
            }
        }
        #expect(!plain.latentDifference && !plain.differentialChannels && !plain.differentialReconstruction)
        #expect(plain.modulation && plain.batch == 3)
        #expect(try configuration { $0["differential_reconstruction"] = true }.differentialReconstruction)
    }

    @Test(arguments: [("deter", nil), ("batch", "many")] as [(String, String?)])
    func whatIsMissingOrWrongIsNamed(key: String, value: String?) throws {
        let error = #expect(throws: ArchiveError.self) { try configuration { $0[key] = value } }
        #expect(error?.description.contains("config.json: \(key) is missing or of the wrong kind") == true)
    }

    @Test func textThatIsNoObjectIsRefused() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("parity-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let missing = #expect(throws: ArchiveError.self) { try Parity.configuration(directory) }
        #expect(missing?.description.contains("config.json cannot be read") == true)
        for text in ["[1]", "{", ""] {
            try Data(text.utf8).write(to: directory.appendingPathComponent("config.json"))
            let error = #expect(throws: ArchiveError.self) { try Parity.configuration(directory) }
            #expect(error?.description.contains("config.json is not a JSON object") == true)
        }
    }

    // MARK: Measure

    /// Of the angle between two tensors; 1 where both are zero.
    private func cosine(_ got: [Float], _ want: [Float]) -> Double {
        var (product, squares, others) = (0.0, 0.0, 0.0)
        for (x, w) in zip(got, want) {
            product += Double(x) * Double(w)
            squares += Double(x) * Double(x)
            others += Double(w) * Double(w)
        }
        return squares == 0 && others == 0 ? 1 : product / (squares * others).squareRoot()
    }

    /// ‖got − want‖ / max(‖want‖, 10⁻⁸), as the reference checks.
    private func relativeError(_ got: [Float], _ want: [Float]) -> Double {
        var (difference, norm) = (0.0, 0.0)
        for (x, w) in zip(got, want) {
            difference += (Double(x) - Double(w)) * (Double(x) - Double(w))
            norm += Double(w) * Double(w)
        }
        return difference.squareRoot() / max(norm.squareRoot(), 1e-8)
    }
}
