import Experience
import Foundation
import GRDB
import Replay
import Synchronization
import TestSupport
import Testing
import TrajectoryCodec

@Suite(.blocking, .timeLimit(.minutes(5))) struct ReplayBufferTests {
    private let training = SampleShape(sequences: 4, length: 20)

    private func configuration(prefetch: Int = 0) -> ReplayConfiguration {
        var configuration = ReplayConfiguration()
        configuration.capacitySteps = 2000
        configuration.prefillSteps = 500
        configuration.replayRatio = 1000
        configuration.prefetch = prefetch
        // Smaller than the replay, so that the database is read too.
        configuration.cacheBytes = 4000
        return configuration
    }

    private func open(
        _ directory: TemporaryDirectory, _ configuration: ReplayConfiguration, training: SampleShape? = nil
    ) throws -> ReplayBuffer {
        try ReplayBuffer(
            directory: directory.path, configuration: configuration, shape: Samples.shape,
            training: training ?? self.training)
    }

    /// Every value of a batch belongs to the step that its image shows, and the frames follow each other.
    private func check(_ batch: SequenceBatch) {
        let (rows, size) = (batch.shape.sequences, batch.replay.image.count)
        let (images, actions, rewards) = (batch.images, batch.actions, batch.rewards)
        let (isFirst, isTerminal, policyVersions) = (batch.isFirst, batch.isTerminal, batch.policyVersions)
        for row in 0..<rows {
            let first = Samples.step(in: images[row * size..<(row + 1) * size])
            let environment = Int(images[row * size])
            for frame in 0...batch.shape.length {
                let start = (frame * rows + row) * size
                let image = Array(images[start..<start + size])
                #expect(image == Samples.image(environment: environment, step: first + frame))
                guard frame > 0 else { continue }
                let (step, at) = (first + frame, (frame - 1) * rows + row)
                #expect(rewards[at] == Float(step))
                #expect(Array(actions[2 * at..<2 * at + 2]) == [Float(step), Float(environment)])
                #expect(isFirst[at] == (step % 10 == 0 ? 1 : 0))
                #expect(isTerminal[at] == (step % 10 == 9 ? 1 : 0))
                #expect(policyVersions[at] == UInt64(step / 100))
            }
        }
    }

    @Test(arguments: [0, 3]) func everyFrameIsWhereItBelongs(prefetch: Int) throws {
        let directory = try TemporaryDirectory()
        let replay = try open(directory, configuration(prefetch: prefetch))
        try replay.insert(twoEnvironments: 1...70)
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 1))
        for _ in 0..<200 {
            let batch = try sampler.next()
            check(batch)
            sampler.recycle(batch)
        }
        let statistics = replay.statistics
        #expect(statistics.totals.insertedSteps == 70 * 37 && statistics.totals.steps <= 2000)
        #expect(statistics.counts.sampled == 200 * 80)
        #expect(statistics.cacheMisses > 0 && statistics.cacheHits > 0 && statistics.cacheBytes <= 4000)
        try replay.close()
    }

    /// A warm sampler asks for no memory: what was given back is filled again.
    @Test(arguments: [0, 2]) func batchesStayInTheSameMemory(prefetch: Int) throws {
        let directory = try TemporaryDirectory()
        let replay = try open(directory, configuration(prefetch: prefetch))
        try replay.insert(twoEnvironments: 1...70)
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 1))
        var places: Set<Int> = []
        for _ in 0..<50 {
            let batch = try sampler.next()
            places.insert(batch.withColumns { Int(bitPattern: $0.images.baseAddress) })
            sampler.recycle(batch)
        }
        #expect(places.count <= prefetch + 1)
        try replay.close()
    }

    /// Sampling while the oldest trajectories leave.
    @Test func samplesWhileEvicting() throws {
        let directory = try TemporaryDirectory()
        let replay = try open(directory, configuration(prefetch: 2))
        try replay.insert(twoEnvironments: 1...60)
        let done = DispatchGroup()
        let inserted = Atomic(false)
        Thread.detachNewThread(in: done) {
            #expect(throws: Never.self) { try replay.insert(twoEnvironments: 61...400) }
            inserted.store(true, ordering: .releasing)
        }
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 1))
        while !inserted.load(ordering: .acquiring) { check(try sampler.next()) }
        done.wait()
        #expect(replay.statistics.totals.steps <= 2000)
        try replay.close()
    }

    /// Steps that were drawn, in order.
    private func draws(_ sampler: BatchSampler, _ count: Int) throws -> [[UInt8]] {
        try (0..<count).map { _ in try sampler.next().images }
    }

    @Test(arguments: [0, 2]) func resumedRunDrawsTheSame(prefetch: Int) throws {
        let directory = try TemporaryDirectory()
        let configuration = configuration(prefetch: prefetch)
        var expected: [[UInt8]] = []
        var saved: (replay: ReplayState, sampler: SamplerState)?
        do {
            let replay = try open(directory, configuration)
            try replay.insert(twoEnvironments: 1...70)
            let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 8))
            _ = try draws(sampler, 3)
            saved = (replay.checkpointState(), sampler.state)
            expected = try draws(sampler, 5)
            try replay.close()
        }
        let states = try #require(saved)
        let replay = try open(directory, configuration)
        #expect(try replay.restore(states.replay) == [])
        #expect(replay.statistics.counts.sampled == 3 * 80)
        #expect(replay.statistics.counts.inserted == 70 * 37)
        #expect(try draws(replay.makeTrainingSampler(state: states.sampler), 5) == expected)
        try replay.close()
    }

    /// What is left out stays in the database: with a higher limit, or none, it is sampled after all.
    @Test func whatIsTooStaleIsStoredButNotSampled() throws {
        let directory = try TemporaryDirectory()
        var configuration = configuration()
        configuration.maximumStaleness = 3
        do {
            let replay = try open(directory, configuration)
            try replay.insertAndWait(
                ([(1, 3), (2, 4), (3, nil), (4, 900)] as [(UInt64, Int?)]).map { sequence, staleness in
                    IncomingTrajectory(
                        key: TrajectoryKey(actor: "a", incarnation: 1, sequence: sequence),
                        trajectory: Samples.trajectory(environment: Int(sequence), from: 0, steps: 64),
                        staleness: staleness)
                })
            #expect(replay.statistics.totals.trajectories == 4)
            #expect(try environments(replay) == [1, 3])
            try replay.close()
        }
        let again = try open(directory, configuration)
        #expect(try environments(again) == [1, 3])
        try again.close()
        configuration.maximumStaleness = nil
        let all = try open(directory, configuration)
        #expect(try environments(all) == [1, 2, 3, 4])
        try all.close()
    }

    /// Environments that are found in many sequences.
    private func environments(_ replay: ReplayBuffer) throws -> Set<UInt8> {
        let sampler = replay.makeReportSampler(training, state: SamplerState(seed: 1))
        var found: Set<UInt8> = []
        for _ in 0..<50 {
            let batch = try sampler.next()
            for row in 0..<4 { found.insert(batch.images[row * Samples.shape.image.count]) }
        }
        return found
    }

    /// Half of what a checkpoint counted is gone, as after a flipped bit in the log of a killed learner: it is said, counts as
    /// played, and training goes on as soon as there is enough to draw from.
    @Test func lostStepsAreSaidAndCountAsPlayed() throws {
        let (directory, copy) = (try TemporaryDirectory(), try TemporaryDirectory())
        var saved: ReplayState?
        do {
            let replay = try open(directory, configuration())
            try replay.insert(twoEnvironments: 1...40)
            let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 8))
            for _ in 0..<30 { sampler.recycle(try sampler.next()) }
            saved = replay.checkpointState()
            // As a killed process leaves it.
            for name in ["replay.sqlite", "replay.sqlite-wal"] {
                try FileManager.default.copyItem(atPath: directory(name), toPath: copy(name))
            }
            try replay.close()
        }
        let state = try #require(saved)
        let log = URL(fileURLWithPath: copy("replay.sqlite-wal"))
        var bytes = try Data(contentsOf: log)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: log)

        for start in 1...2 {
            let replay = try open(copy, configuration())
            let found = replay.statistics.totals.steps
            #expect(found < 40 * 37)
            let notices = try replay.restore(state)
            if start == 1 {
                let lost =
                    "the replay has lost \(40 * 37 - found) of the \(40 * 37) agent steps that the checkpoint knows of"
                #expect(notices.count == 1 && notices.first?.hasPrefix(lost) == true, "\(notices)")
            } else {
                #expect(notices == [])
            }
            let limit = replay.limiter.limit
            #expect(limit.counts.inserted == 40 * 37 && limit.counts.size == found)
            #expect(replay.statistics.totals.lostSteps == 40 * 37 - found)
            #expect(limit.counts.sampled == 30 * 80 && limit.balance > 0)
            try replay.close()
        }
        let replay = try open(copy, configuration())
        #expect(try replay.restore(state) == [])
        try replay.insertAndWait(
            (0..<20).map { number in
                IncomingTrajectory(
                    key: TrajectoryKey(actor: "b", incarnation: 2, sequence: UInt64(number + 1)),
                    trajectory: Samples.trajectory(environment: 5, from: number * 37, steps: 37))
            })
        _ = try replay.makeTrainingSampler(state: SamplerState(seed: 8)).next()
        #expect(replay.limiter.limit.counts.inserted == 60 * 37)
        try replay.close()
    }

    @Test func restoringTellsWhatDiffers() throws {
        let directory = try TemporaryDirectory()
        let replay = try open(directory, configuration())
        var state = replay.checkpointState()
        state.configuration.replayRatio = 512
        state.configuration.capacityBytes = 1 << 20
        #expect(
            try replay.restore(state) == [
                "changed since the checkpoint: capacity_bytes was 1048576, is now not set",
                "changed since the checkpoint: replay_ratio was 512.0, is now 1000.0",
            ])
        try replay.close()
    }

    @Test func resentTrajectoryIsSettledNotStored() throws {
        let directory = try TemporaryDirectory()
        let replay = try open(directory, configuration())
        try replay.insert(twoEnvironments: 1...10)
        try replay.insert(twoEnvironments: 1...10)
        #expect(replay.statistics.duplicates == 10 && replay.statistics.totals.trajectories == 10)
        #expect(replay.storedThrough(actor: "a", incarnation: 1) == 10)
        #expect(replay.limiter.limit.counts.inserted == 370)
        try replay.close()
    }

    @Test func foreignTrajectoryIsRefused() throws {
        let directory = try TemporaryDirectory()
        let replay = try open(directory, configuration())
        let trajectory = Samples.trajectory(from: 0)
        let key = TrajectoryKey(actor: "a", incarnation: 1, sequence: 1)
        func insert(_ header: TrajectoryHeader) throws(ReplayError) {
            try replay.insert(EncodedTrajectory(header: header, payload: trajectory.payload), key: key)
        }
        var header = trajectory.header
        header.shape.actionCount = 9
        let error = #expect(throws: ReplayError.self) { try insert(header) }
        #expect(error?.code == .shape)
        header = trajectory.header
        header.position.firstStep = .max
        #expect(throws: ReplayError.self) { try insert(header) }
        try replay.close()
    }

    @Test func reportsDoNotWaitOrCount() throws {
        let directory = try TemporaryDirectory()
        let replay = try open(directory, configuration())
        let sampler = replay.makeReportSampler(SampleShape(sequences: 2, length: 50), state: SamplerState(seed: 1))
        let error = #expect(throws: ReplayError.self) { try sampler.next() }
        #expect(error?.code == .empty)
        try replay.insert(twoEnvironments: 1...4)
        let batch = try sampler.next()
        check(batch)
        #expect(replay.statistics.counts.sampled == 0)
        #expect(batch.versions.random == 100 || batch.versions.oldest >= 0)
        try replay.close()
    }

    @Test func closingWakesTheSampler() throws {
        let directory = try TemporaryDirectory()
        let replay = try open(directory, configuration(prefetch: 2))
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 1))
        let done = DispatchGroup()
        Thread.detachNewThread(in: done) {
            let error = #expect(throws: ReplayError.self) { try sampler.next() }
            #expect(error?.code == .closed)
        }
        try replay.close()
        done.wait()
    }

    @Test func impossibleSettingsAreRefused() throws {
        let directory = try TemporaryDirectory()
        var configuration = configuration()
        configuration.capacitySteps = 499
        let error = #expect(throws: ReplayError.self) { try open(directory, configuration) }
        #expect(
            error?.message
                == "replay.capacity_steps must be at least replay.prefill_steps + actors.trajectory_steps - 1 = 563, got 499"
        )
        configuration.capacitySteps = 2000
        configuration.tolerance = 1
        #expect(throws: ReplayError.self) { try open(directory, configuration) }
    }

    /// The keys that checkpoints have, also those that were written before settings stood in a group of their own.
    @Test func configurationOfACheckpointIsFlat() throws {
        let json = Data(
            #"""
            {"cache_bytes": 1, "capacity_bytes": 2, "capacity_steps": 3, "maximum_staleness": 4, "online": true,
            "prefetch": 0, "prefill_steps": 5, "queue_bytes": 6, "replay_ratio": 7.5, "tolerance": 8,
            "trajectory_steps": 9}
            """#.utf8)
        let read = try JSONDecoder().decode(ReplayConfiguration.self, from: json)
        var expected = ReplayConfiguration()
        (expected.cacheBytes, expected.capacityBytes, expected.capacitySteps) = (1, 2, 3)
        (expected.maximumStaleness, expected.online, expected.prefetch, expected.prefillSteps) = (4, true, 0, 5)
        (expected.queueBytes, expected.replayRatio, expected.tolerance, expected.trajectorySteps) = (6, 7.5, 8, 9)
        #expect(read == expected)
        let written = try JSONSerialization.jsonObject(with: JSONEncoder().encode(read)) as? [String: Any]
        #expect(written?.count == 11)
    }

    @Test func configurationIsReadWithDefaults() throws {
        let json = Data(#"{"capacity_steps": 5, "replay_ratio": 32}"#.utf8)
        let read = try JSONDecoder().decode(ReplayConfiguration.self, from: json)
        var expected = ReplayConfiguration()
        expected.capacitySteps = 5
        expected.replayRatio = 32
        #expect(read == expected)
        #expect(try JSONDecoder().decode(ReplayConfiguration.self, from: JSONEncoder().encode(read)) == read)
    }

    /// A database whose pages contradict each other heals by no further attempt: whoever waits for data is told, and nothing is
    /// acknowledged.
    @Test func aDamagedDatabaseEndsTraining() throws {
        let directory = try TemporaryDirectory()
        let reports = Reports()
        let replay = try ReplayBuffer(
            directory: directory.path, configuration: configuration(), shape: Samples.shape, training: training
        ) { reports.add($0) }
        let path = directory("replay.sqlite")
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_master SET rootpage = 100000 WHERE name = 'trajectory';
                    PRAGMA schema_version = 1000
                    """)
        }
        try database.close()
        let incoming = Samples.incoming(1)
        try replay.insert(incoming.trajectory, key: incoming.key)
        let error = #expect(throws: ReplayError.self) { try replay.limiter.waitToSample(1) }
        #expect(error?.code == .damaged && error?.message.hasPrefix("\(path) is damaged: ") == true)
        try? replay.close()
        let failure = try #require(error)
        #expect(reports.all == [.writing(.failed(failure))])
    }
}
