import Agents
import Files
import Foundation
import Networks

/// Steps of a play as tensors [steps, rows, …]: with the weights, what another program needs to do the same and be compared.
package struct ActingTrace {
    private var steps: [ActingStep] = []

    package init() {}

    package mutating func add(_ step: ActingStep) { steps.append(step) }

    /// Writes a safetensors file.
    /// - Parameter image: height, width and channels.
    package func write(to url: URL, image: [Int]?) throws {
        var archive = Archive()
        if let image {
            let pixels = steps.flatMap { $0.images.flatMap(\.self) }
            archive.set("image", bytes: pixels, shape: rows + image)
        }
        add("vector", steps.flatMap { $0.vectors.flatMap(\.self) }, to: &archive)
        archive.set("first", bytes: steps.flatMap { $0.first.map { $0 ? 1 : 0 } }, shape: rows)
        add("noise_z", steps.flatMap(\.noiseZ), to: &archive)
        add("noise_d", steps.flatMap { $0.noiseD ?? [] }, to: &archive)
        add("noise_action", steps.flatMap(\.noisePolicy), to: &archive)
        let names = steps.first?.distribution.count == 2 ? ["mean", "deviation"] : ["probabilities"]
        for (part, name) in names.enumerated() {
            add(name, steps.flatMap { $0.distribution[part] }, to: &archive)
        }
        add("action", steps.flatMap(\.actions), to: &archive)
        try archive.write(to: url)
    }

    private var rows: [Int] { [steps.count, steps.first?.first.count ?? 0] }

    /// Leaves out what there is none of.
    private func add(_ name: String, _ values: [Float], to archive: inout Archive) {
        guard !values.isEmpty else { return }
        archive.set(name, values, shape: rows + [values.count / (rows[0] * rows[1])])
    }
}
