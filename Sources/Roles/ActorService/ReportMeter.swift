import Wire

/// Gathers what an actor tells the learner about itself: how fast it is once a second, and episodes before the trajectories
/// that they end in. Then a learner that has the steps knows the episodes, also where either side is gone right afterwards.
struct ReportMeter {
    /// Since when speed is measured.
    private var since: ContinuousClock.Instant
    private var steps: UInt64 = 0
    private var stepsBefore: UInt64 = 0
    private var stepsReported: UInt64 = 0
    /// Of the last whole second; nil before there was one.
    private var speed: Double?
    private var episodes: [ActorReport.Episode] = []

    init(now: ContinuousClock.Instant = .now) {
        since = now
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
        return now - since >= .seconds(1) ? report(version: version, failures: failures, now: now) : nil
    }

    /// Before trajectories are handed over; nil where no episode has ended since the last report.
    mutating func ended(
        version: UInt64, failures: UInt64 = 0, now: ContinuousClock.Instant = .now
    ) -> ActorReport? {
        episodes.isEmpty ? nil : report(version: version, failures: failures, now: now)
    }

    /// What has not been reported yet; nil where nothing has happened.
    mutating func rest(
        version: UInt64, failures: UInt64 = 0, now: ContinuousClock.Instant = .now
    ) -> ActorReport? {
        steps == stepsReported && episodes.isEmpty ? nil : report(version: version, failures: failures, now: now)
    }

    private mutating func report(
        version: UInt64, failures: UInt64, now: ContinuousClock.Instant
    ) -> ActorReport {
        defer {
            stepsReported = steps
            episodes = []
        }
        return ActorReport(
            environmentSteps: steps, stepsPerSecond: measureSpeed(now), policyVersion: version, episodes: episodes,
            failures: failures)
    }

    private mutating func measureSpeed(_ now: ContinuousClock.Instant) -> Double {
        let elapsed = max(now - since, .milliseconds(1))
        let measured = Double(steps - stepsBefore) / (elapsed / .seconds(1))
        guard elapsed >= .seconds(1) else { return speed ?? measured }
        (since, stepsBefore, speed) = (now, steps, measured)
        return measured
    }
}
