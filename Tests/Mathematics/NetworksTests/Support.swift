import Foundation
import Networks
import Testing

/// A directory that is removed when the test is over.
final class TemporaryDirectory {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("dreamer-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> URL { url.appendingPathComponent(name) }
}

/// The bytes of a safetensors file with a given header.
func archiveData(_ header: String, _ body: [UInt8] = [], declared: UInt64? = nil) -> Data {
    var data = Data()
    withUnsafeBytes(of: (declared ?? UInt64(header.utf8.count)).littleEndian) { data.append(contentsOf: $0) }
    return data + Data(header.utf8) + Data(body)
}
