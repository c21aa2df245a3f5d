import Glibc
import NIOCore
import NIOPosix

/// What the system or the channel says of a connection, in words for people.
enum ConnectionFailure {
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: text(error.errnoCode)
        case let error as NIOConnectionError: reason(error)
        case ChannelError.connectTimeout: "it does not answer"
        default: "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        if let last = error.connectionErrors.last { return reason(last.error) }
        return "there is no such host"
    }

    private static func text(_ code: CInt) -> String {
        switch code {
        case ECONNRESET, EPIPE: "the connection was reset by the other side"
        case ECONNREFUSED: "nobody listens there"
        case ETIMEDOUT: "it does not answer"
        case ENETUNREACH, EHOSTUNREACH: "there is no way to it"
        default: "the connection failed: \(String(cString: strerror(code)))"
        }
    }
}
