import Dispatch
import Logging
import ServiceLifecycle

/// Time for a role to end in good order after it was asked to; then it ends at once.
let stopPatience = 30

/// Runs a role until it is done or a signal asks it to stop.
/// - Parameter save: what a request to save does; a role without it has nothing to save.
func runService(
    _ service: any Service, logger: Logger, save: @escaping @Sendable () -> Void = {}
) async throws {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let group = ServiceGroup(
        configuration: .init(
            services: [
                .init(
                    service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup)
            ],
            logger: quiet))
    let (stops, stop) = AsyncStream.makeStream(of: Void.self)
    try await withThrowingDiscardingTaskGroup { tasks in
        tasks.addTask { for await _ in stops { await group.triggerGracefulShutdown() } }
        try await Signals.handled(by: { request in handle(request, stop, save) }) { try await group.run() }
        stop.finish()
    }
}

private func handle(
    _ request: Signals.Request, _ stop: AsyncStream<Void>.Continuation, _ save: @Sendable () -> Void
) -> Bool {
    switch request {
    case .save: save()
    case .stop(before: 0):
        stop.yield()
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(stopPatience)) {
            Output.error("dreamer: not done with stopping after \(stopPatience) s: ended at once")
            Signals.endAtOnce(1)
        }
    case .stop: return false
    }
    return true
}
