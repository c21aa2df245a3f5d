import Glibc
import Synchronization

/// A blocking TCP socket on this machine, for peers that do not behave. Calls block: use them in `onThread`.
public final class RawSocket: Sendable {
    private static let closed: Int32 = -1
    private let descriptor: Atomic<Int32>

    /// Connects. What is received later is waited for a minute at most.
    /// - Parameter receiveBuffer: bytes that the system keeps for it; nil for what it likes.
    public init(port: Int, receiveBuffer: Int? = nil) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = Atomic(descriptor)
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        if var size = receiveBuffer.map({ CInt($0) }) {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        guard Self.withAddress(port, { connect(descriptor, $0, $1) }) == 0 else {
            throw Missed(description: "cannot connect to port \(port): errno \(errno)")
        }
    }

    /// Listens on a free port.
    public init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = Atomic(descriptor)
        guard Self.withAddress(0, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 1) == 0 else {
            throw Missed(description: "cannot listen: errno \(errno)")
        }
    }

    deinit {
        close()
    }

    public func close() {
        let descriptor = descriptor.exchange(Self.closed, ordering: .relaxed)
        if descriptor != Self.closed { _ = Glibc.close(descriptor) }
    }

    /// The port on this side.
    public var port: Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(open, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    public func send(_ bytes: [UInt8]) {
        _ = Glibc.send(open, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Sends all, waiting for as long as it takes; false where the other side has closed.
    public func sendAll(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(open, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// Up to `count` bytes; nil when the other side has closed, empty after a minute without anything.
    public func receive(_ count: Int = 65536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(open, &bytes, count, 0)
        if received > 0 { return Array(bytes[..<received]) }
        return received < 0 && errno == EAGAIN ? [] : nil
    }

    /// Everything until the other side closes, with a reset, too; nil if it has not after a silent minute.
    public func receiveToEnd() -> [UInt8]? {
        var all: [UInt8] = []
        while let bytes = receive() {
            if bytes.isEmpty { return nil }
            all += bytes
        }
        return all
    }

    /// Waits so many seconds for the other side to close.
    public func isClosed(within seconds: Double) -> Bool {
        var waiting = pollfd(fd: open, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(1000 * seconds)) > 0 else { return false }
        return receive() == nil
    }

    private var open: Int32 { descriptor.load(ordering: .relaxed) }

    private static func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        // Safe: every socket address begins as `sockaddr` does, and `body` is told how long this one is.
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
