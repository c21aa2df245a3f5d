import Logging
import ServiceLifecycle
import UnixSignals

/// Runs a role until it is done or a signal asks it to stop: SIGINT and SIGTERM, and SIGUSR1 as batch systems send it.
func runService(_ service: any Service, logger: Logger) async throws {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let group = ServiceGroup(
        configuration: .init(
            services: [
                .init(
                    service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup)
            ],
            gracefulShutdownSignals: [.sigint, .sigterm, .sigusr1], logger: quiet))
    try await group.run()
}
