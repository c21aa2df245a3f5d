import Glibc
import NIOCore

extension SocketAddress {
    /// What counts as one place that connections come from: an IPv4 address, or the network (/64) of an IPv6 one, as one
    /// host has all of that.
    var origin: String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard case .v6 = self, let ipAddress, inet_pton(AF_INET6, ipAddress, &bytes) == 1 else {
            return ipAddress ?? ""
        }
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        let part = bytes.starts(with: mapped) ? bytes[12...] : bytes[..<8]
        return part.map { String($0, radix: 16) }.joined(separator: ":")
    }
}
