import CPlatform
import Diagnostics
import Glibc

/// Threads of this program's own.
///
/// Foundation's and those of the pools below it say nothing where the system gives a process no more threads, and whoever
/// counts on one would wait for ever. Here that ends the process, in one line: no part of it can do without its thread.
public enum ServiceThread {
    /// As large as the main thread's. Only what is used of it takes memory.
    private static let stackBytes = 8 << 20

    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Runs `body` on a new thread.
    /// - Parameter name: as tools show it, at most 15 bytes.
    public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        // Safe: the reference that is given away here is taken back once, by the thread, or below where there is none.
        let context = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, { Self.enter($0) }, context.toOpaque())
        guard code != 0 else { return }
        context.release()
        SystemLimit.end("cannot start the thread for \(name)", code: code)
    }

    /// Ends the process as `start` does where `count` threads cannot be had: libraries, which start some of theirs when they
    /// need them, say it with a crash, or wait for ever.
    public static func requireRoom(for count: Int) {
        let isDone = Monitor(false)
        for _ in 0..<count {
            start("probe") { isDone.wait { $0 ? () : nil } }
        }
        isDone.withLock { $0 = true }
    }

    /// Lets the thread that calls this run only where no other wants to.
    public static func makeWay() {
        // Linux counts this for each thread. Where it is not allowed, the thread runs like any other.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    }

    private static func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        // Safe: `start` gave away one reference, with this type.
        let body = context.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue() }
        if let body {
            platform_name_thread(body.name)
            body.run()
        }
        return nil
    }
}
