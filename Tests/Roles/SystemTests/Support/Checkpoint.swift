import Foundation
import Testing

/// The tensors of a checkpoint: a safetensors file, read without the program's own code.
struct Checkpoint: Equatable {
    /// Type, shape and place of each tensor, as its line in the header says; the metadata is left out.
    let tensors: [String: String]
    /// The elements of all tensors.
    let bytes: Data

    init(path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(data.count > 8)
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]])
        tensors = try header.filter { $0.key != "__metadata__" }.mapValues {
            String(decoding: try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys), as: UTF8.self)
        }
        bytes = data[(8 + length)...]
    }
}
