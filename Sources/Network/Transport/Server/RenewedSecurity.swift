import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The certificates that a server shows and trusts, read again when their files change: connections that are made from then
/// on use the new ones.
final class RenewedSecurity: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// Of the files, as they were read last.
        var contents: [Data?]
    }

    /// Between two looks at the files.
    private static let interval = TimeAmount.seconds(10)

    private let files: TLSFiles
    private let state: Mutex<State>

    init(_ files: TLSFiles) throws(TransportError) {
        self.files = files
        state = Mutex(State(context: try files.serverContext(), contents: files.contents))
    }

    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Looks at the files now and then, on a thread that may wait for them, for as long as anybody holds this object.
    func renewRegularly(on loop: any EventLoop, _ logger: Logger) {
        loop.scheduleRepeatedAsyncTask(initialDelay: Self.interval, delay: Self.interval) { [weak self] task in
            guard let self else {
                task.cancel()
                return loop.makeSucceededVoidFuture()
            }
            return NIOThreadPool.singleton.runIfActive(eventLoop: loop) { self.renew(logger) }
        }
    }

    /// Takes new certificates where the files have changed; where those are of no use, the present ones stay.
    func renew(_ logger: Logger) {
        let contents = files.contents
        guard state.withLock({ $0.contents != contents }) else { return }
        do throws(TransportError) {
            let context = try files.serverContext()
            state.withLock { $0 = State(context: context, contents: contents) }
            logger.notice("new certificates are in use")
        } catch {
            // Said once for each change.
            state.withLock { $0.contents = contents }
            logger.error("the certificates stay as they were: \(error)")
        }
    }
}

extension TLSFiles {
    fileprivate var contents: [Data?] {
        [certificate, key, authority].map { try? Data(contentsOf: URL(fileURLWithPath: $0)) }
    }
}
