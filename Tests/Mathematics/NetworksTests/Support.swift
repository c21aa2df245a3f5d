import Foundation
import Networks
import Tensors
import Testing

/// The bytes of a safetensors file with a given header.
func archiveData(_ header: String, _ body: [UInt8] = [], declared: UInt64? = nil) -> Data {
    var data = Data()
    withUnsafeBytes(of: (declared ?? UInt64(header.utf8.count)).littleEndian) { data.append(contentsOf: $0) }
    return data + Data(header.utf8) + Data(body)
}

extension ParameterGroup {
    static let model = trained(0)
}
