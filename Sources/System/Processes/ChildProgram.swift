import Foundation
import Subprocess
import SystemPackage

/// A program that runs as a child of this process, in a process group of its own, with no file of this process's.
///
/// Its standard input is open for as long as this process lives, however that ends: a child that stops when it is closed
/// never outlives its parent.
package struct ChildProgram: Sendable {
    /// What a child writes.
    package enum Line: Sendable, Equatable {
        case output(String)
        case message(String)
    }

    /// What a child is told.
    package enum Order: Sendable, Equatable {
        /// To stop in good order.
        case terminate
        /// To save what it has, and go on.
        case save
        /// To end at once, with all that it has started; it is not asked.
        case kill
    }

    private let executable: String
    private let arguments: [String]

    package init(executable: String, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// Another process of this program.
    package init(arguments: [String]) {
        self.init(executable: Self.ownPath, arguments: arguments)
    }

    /// Where this program lies.
    package static var ownPath: String { URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path }

    /// Runs the program to its end. Where the task is cancelled, the child is killed.
    /// - Parameters:
    ///   - orders: passed on to the child while it runs.
    ///   - heard: called with each line that it writes, all of them before this returns.
    /// - Throws: where the program cannot be started.
    package func run(
        orders: AsyncStream<Order>, heard: @escaping @Sendable (Line) -> Void
    ) async throws -> ProcessEnding {
        var options = PlatformOptions()
        options.processGroupID = 0
        let result = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments), platformOptions: options,
            input: .inputWriter, output: .sequence, error: .sequence
        ) { execution in
            try await withThrowingTaskGroup(of: Void.self) { streams in
                streams.addTask {
                    for try await line in execution.standardOutput.strings(bufferingPolicy: .unbounded) {
                        heard(.output(line))
                    }
                }
                streams.addTask {
                    for try await line in execution.standardError.strings(bufferingPolicy: .unbounded) {
                        heard(.message(line))
                    }
                }
                // Ends with the streams, which end with the child.
                async let _: Void = {
                    // A child that has just ended takes no orders any more.
                    for await order in orders {
                        try? execution.send(signal: order.signal, toProcessGroup: order == .kill)
                    }
                }()
                try await streams.waitForAll()
            }
        }
        return switch result.terminationStatus {
        case .exited(let status): .exited(status: status)
        case .signaled(let signal): .killed(signal: signal)
        }
    }
}

extension ChildProgram.Order {
    fileprivate var signal: Signal {
        switch self {
        case .terminate: .terminate
        case .save: .userDefinedTwo
        case .kill: .kill
        }
    }
}
