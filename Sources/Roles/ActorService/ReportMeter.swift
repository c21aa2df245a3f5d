import Wire

/// Gathers what an actor tells the learner about itself, at most once a second.
struct ReportMeter {
    private var last: ContinuousClock.Instant
    private var steps: UInt64 = 0
    private var stepsAtLast: UInt64 = 0
    private var episodes: [ActorReport.Episode] = []

    init(now: ContinuousClock.Instant = .now) {
        last = now
    }

    /// Adds a step of all environments; returns a report when one is due.
    mutating func add(
        steps count: Int, _ ended: [Players.Episode], version: UInt64, failures: UInt64 = 0,
        now: ContinuousClock.Instant = .now
    ) -> ActorReport? {
        steps += UInt64(count)
        for episode in ended {
            episodes.append(
                ActorReport.Episode(
                    environment: episode.environment, episodeReturn: episode.episodeReturn,
                    length: UInt64(episode.length), policyVersion: episode.policyVersion,
                    hasFailed: episode.hasFailed, achievements: episode.achievements))
        }
        return now - last >= .seconds(1) ? report(version: version, failures: failures, now: now) : nil
    }

    /// What has not been reported yet; nil where nothing has happened.
    mutating func rest(
        version: UInt64, failures: UInt64 = 0, now: ContinuousClock.Instant = .now
    ) -> ActorReport? {
        steps == stepsAtLast && episodes.isEmpty ? nil : report(version: version, failures: failures, now: now)
    }

    private mutating func report(
        version: UInt64, failures: UInt64, now: ContinuousClock.Instant
    ) -> ActorReport {
        let elapsed = max(now - last, .milliseconds(1))
        defer {
            last = now
            stepsAtLast = steps
            episodes = []
        }
        return ActorReport(
            environmentSteps: steps, stepsPerSecond: Double(steps - stepsAtLast) / (elapsed / .seconds(1)),
            policyVersion: version, episodes: episodes, failures: failures)
    }
}
