import Experience
import Foundation
import GRDB
import NIOCore
import Numbers
import TestSupport
import Testing
import TrajectoryCodec

@testable import Replay

/// A flipped bit on the disk costs the trajectory that it is in, and nothing else.
@Suite(.blocking, .timeLimit(.minutes(5))) struct DamageTests {
    /// Where payloads lie: small ones in the database, large ones in files beside it.
    enum Place: CaseIterable {
        case database, files

        var image: ImageShape {
            self == .database ? Samples.shape.image : ImageShape(height: 64, width: 64, channels: 1)
        }
        var steps: Int { self == .database ? 40 : 20 }
    }

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func open(
        _ place: Place, in path: String? = nil, prefetch: Int = 0, prefill: Int = 40,
        report: @escaping @Sendable (ReplayEvent) -> Void = { _ in }
    ) throws -> ReplayBuffer {
        var configuration = ReplayConfiguration()
        configuration.cacheBytes = 0
        configuration.prefetch = prefetch
        configuration.prefillSteps = prefill
        configuration.replayRatio = 1e5
        return try ReplayBuffer(
            directory: path ?? directory.path, configuration: configuration,
            shape: StepShape(image: place.image, actionCount: Samples.shape.actionCount),
            training: SampleShape(sequences: 4, length: 8), report: report)
    }

    private func incoming(_ numbers: Range<Int>, _ place: Place) -> [IncomingTrajectory] {
        numbers.map { number in
            IncomingTrajectory(
                key: TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(number + 1)),
                trajectory: Samples.noise(place.image, from: number * place.steps, steps: place.steps))
        }
    }

    /// A closed replay of so many trajectories, their ids from 1 on.
    private func fill(_ place: Place, _ count: Int) throws {
        let replay = try open(place)
        try replay.insertAndWait(incoming(0..<count, place))
        try replay.close()
    }

    /// Flips a bit in the middle of a stored payload, on the disk.
    private func damage(_ trajectory: EncodedTrajectory, in path: String? = nil) throws {
        let bytes = Data(trajectory.payload.readableBytesView.suffix(200))
        let folder = URL(fileURLWithPath: path ?? directory.path)
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where !file.lastPathComponent.hasSuffix(".lock") {
            guard let found = try Data(contentsOf: file).range(of: bytes) else { continue }
            let handle = try FileHandle(forUpdating: file)
            try handle.seek(toOffset: UInt64(found.lowerBound + 100))
            try handle.write(contentsOf: Data([bytes[bytes.startIndex + 100] ^ 4]))
            try handle.close()
            return
        }
        Issue.record("the payload is nowhere")
    }

    /// The steps of batches that are drawn.
    private func draw(_ sampler: BatchSampler, _ batches: Int) throws -> [Set<Int>] {
        try (0..<batches).map { _ in
            let batch = try sampler.next()
            defer { sampler.recycle(batch) }
            return Set(batch.rewards.map { Int($0) })
        }
    }

    @Test(arguments: Place.allCases, [0, 2]) func aFlippedBitCostsItsTrajectory(place: Place, prefetch: Int) throws {
        try fill(place, 12)
        let lost = 5 * place.steps..<6 * place.steps
        let reports = Reports()
        do {
            let replay = try open(place, prefetch: prefetch) { reports.add($0) }
            try damage(incoming(5..<6, place)[0].trajectory)
            let drawn = try draw(replay.makeTrainingSampler(state: SamplerState(seed: 3)), 300)
            #expect(drawn.allSatisfy { $0.isDisjoint(with: lost) })
            #expect(drawn.reduce(into: Set()) { $0.formUnion($1) }.count > 10 * place.steps)
            let said = reports.all.compactMap { if case .damaged(let reason) = $0 { reason } else { nil } }
            #expect(said.count == 1 && said.first?.hasPrefix("trajectory 6 is damaged: ") == true)
            #expect(replay.statistics.damaged == 1 && replay.statistics.totals.trajectories == 12)
            try replay.close()
        }
        // It is marked: nobody runs into it again.
        let again = try open(place) { reports.add($0) }
        #expect(again.statistics.damaged == 1)
        let drawn = try draw(again.makeTrainingSampler(state: SamplerState(seed: 3)), 300)
        #expect(drawn.allSatisfy { $0.isDisjoint(with: lost) })
        #expect(reports.all.count { if case .damaged = $0 { true } else { false } } == 1)
        try again.close()
    }

    /// The same damage gives the same batches, found before or now: a run in lockstep repeats.
    @Test(arguments: Place.allCases) func drawingAgainIsReproducible(place: Place) throws {
        try fill(place, 12)
        try damage(incoming(5..<6, place)[0].trajectory)
        let copy = try TemporaryDirectory()
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
            try FileManager.default.copyItem(atPath: directory(name), toPath: copy(name))
        }
        let draws = try [directory.path, copy.path].map { path in
            let replay = try open(place, in: path)
            defer { #expect(throws: Never.self) { try replay.close() } }
            return try draw(replay.makeTrainingSampler(state: SamplerState(seed: 9)), 50)
        }
        #expect(draws[0] == draws[1])
    }

    /// What an earlier release let in: the checksum is right, and it does not decompress.
    @Test func whatNeverCouldBeReadIsLeftOut() throws {
        try fill(.database, 3)
        do {
            let store = try Samples.store(directory)
            var incoming = Samples.incoming(4, steps: 40)
            incoming.trajectory = Samples.damaged(incoming.trajectory)
            _ = try store.append([incoming])
            try store.close()
        }
        let replay = try open(.database)
        let drawn = try draw(replay.makeTrainingSampler(state: SamplerState(seed: 3)), 100)
        #expect(drawn.allSatisfy { ($0.max() ?? 0) < 120 } && replay.statistics.damaged == 1)
        try replay.close()
    }

    /// Ten, or one in a hundred, are an accident; more are a disk that fails.
    @Test func muchDamageEndsWithOneLine() throws {
        try fill(.database, 40)
        for stored in incoming(10..<21, .database) { try damage(stored.trajectory) }
        let replay = try open(.database)
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 3))
        let error = #expect(throws: ReplayError.self) { _ = try draw(sampler, 1000) }
        #expect(error?.code == .damaged)
        #expect(
            error?.message.hasPrefix("11 of the 40 trajectories in \(directory("replay.sqlite")) are damaged") == true)
        #expect(error?.message.contains("\n") == false)
        try replay.close()
        #expect(throws: ReplayError.self) { try open(.database) }
    }

    @Test func aWholeFileThatIsLostEndsWithOneLine() throws {
        try fill(.files, 4)
        let replay = try open(.files)
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 3))
        _ = try draw(sampler, 1)
        let path = directory(PayloadFile.name(1))
        #expect(truncate(path, 4096) == 0)
        let error = #expect(throws: ReplayError.self) { _ = try draw(sampler, 1000) }
        #expect(error?.code == .incomplete && error?.message.hasPrefix("\(path) is shorter than") == true)
        try replay.close()
    }

    /// Training waits for new experience where the damage has left no sequence.
    @Test func damageThatLeavesNothingMakesTrainingWait() throws {
        try fill(.database, 1)
        let reports = Reports()
        let replay = try open(.database, prefetch: 1) { reports.add($0) }
        try damage(incoming(0..<1, .database)[0].trajectory)
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 3))
        reports.wait { if case .damaged = $0 { true } else { false } }
        #expect(!replay.limiter.limit.isFilled)
        try replay.insertAndWait(incoming(2..<4, .database))
        #expect(try draw(sampler, 1)[0].allSatisfy { $0 >= 80 })
        try replay.close()
    }

    @Test func theMarkLeavesWithItsTrajectory() throws {
        let store = try Samples.store(directory, capacity: 128)
        _ = try store.append([Samples.incoming(1), Samples.incoming(2)])
        try store.leaveOut(1)
        #expect(store.damaged == 1)
        #expect(try store.trajectory(1) == nil)
        _ = try store.append([Samples.incoming(3)])
        #expect(store.damaged == 0)
    }

    /// Bits that are flipped anywhere in the database: it is opened and read, or refused in one line, and nothing traps.
    @Test func flippedBitsInTheDatabaseNeverCrash() throws {
        do {
            let store = try Samples.store(directory)
            for sequence in 1...30 { _ = try store.append([Samples.incoming(sequence)]) }
            try store.close()
        }
        let path = directory("replay.sqlite")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var generator = SplitMix64(seed: 11)
        var (opened, refused) = (0, 0)
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0...generator.below(3) { bytes[generator.below(bytes.count)] ^= 1 << UInt8(generator.below(8)) }
            try bytes.write(to: URL(fileURLWithPath: path))
            do throws(ReplayError) {
                let store = try Samples.store(directory)
                opened += 1
                var ids: [Int64] = []
                try store.forEachRecord { ids.append($0.id) }
                for id in ids { _ = try? store.trajectory(id) }
                _ = try? store.append([Samples.incoming(31)])
                try? store.close()
            } catch {
                refused += 1
                #expect(!error.message.contains("\n"))
            }
            for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        }
        #expect(opened > 0 && refused > 0)
    }
}
