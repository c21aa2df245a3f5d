import Glibc

/// A blocking TCP connection to this machine, for peers that do not behave. All calls block: use them in `onThread`.
struct RawSocket: Sendable {
    private let descriptor: Int32

    init(port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0, "cannot connect")
            }
        }
    }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Up to `count` bytes; nil when the other side has closed, empty after a minute without anything.
    func receive(_ count: Int = 65536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &bytes, count, 0)
        if received > 0 { return Array(bytes[..<received]) }
        return received < 0 && errno == EAGAIN ? [] : nil
    }

    /// Everything until the other side closes; nil if it has not after a silent minute.
    func receiveToEnd() -> [UInt8]? {
        var all: [UInt8] = []
        while let bytes = receive() {
            if bytes.isEmpty { return nil }
            all += bytes
        }
        return all
    }

    /// Waits so many seconds for the other side to close.
    func isClosed(within seconds: Double) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(1000 * seconds)) > 0 else { return false }
        return receive() == nil
    }

    func close() {
        _ = Glibc.close(descriptor)
    }
}
