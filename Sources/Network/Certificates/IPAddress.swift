import Glibc

/// Addresses as people write them.
enum IPAddress {
    /// The 4 or 16 bytes of an address; nil for a name.
    static func bytes(_ text: String) -> [UInt8]? {
        bytes(text, family: AF_INET, count: 4) ?? bytes(text, family: AF_INET6, count: 16)
    }

    private static func bytes(_ text: String, family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}
