import Experience
import Foundation
import Numbers
import TestSupport
import Testing

@testable import Replay

@Suite(.blocking) struct ReplayIndexTests {
    private func record(_ id: Int64, environment: Int = 0, from: Int, steps: Int) -> TrajectoryRecord {
        TrajectoryRecord(
            id: id, stream: StreamKey(actor: "a", incarnation: 1, environment: environment), firstStep: UInt64(from),
            steps: steps, bytes: 0)
    }

    /// Where each (trajectory, step) that may be a first frame stands, by brute force.
    private func validStarts(_ records: [TrajectoryRecord], length: Int) -> Set<Frame> {
        var frames: Set<Frame> = []
        for record in records {
            for step in 0..<record.steps { frames.insert(frame(record, step)) }
        }
        return frames.filter { start in
            (1...length).allSatisfy { frames.contains(Frame(start.environment, start.run, start.step + $0)) }
        }
    }

    struct Frame: Hashable {
        var environment: Int
        /// Told apart in these tests by the hundred thousands of the step.
        var run: Int
        var step: Int

        init(_ environment: Int, _ run: Int, _ step: Int) {
            self.environment = environment
            self.run = run
            self.step = step
        }
    }

    private func frame(_ record: TrajectoryRecord, _ step: Int) -> Frame {
        Frame(record.stream.environment, Int(record.firstStep) / 100_000, Int(record.firstStep) + step)
    }

    /// Two environments in turn, trajectories of different length, a gap in each, the oldest evicted.
    private func mixed() -> (ReplayIndex, [TrajectoryRecord]) {
        var generator = SplitMix64(seed: 5)
        var index = ReplayIndex()
        var records: [TrajectoryRecord] = []
        var next = [0, 0]
        for id in 1...60 {
            let environment = id % 2
            if id == 21 || id == 42 { next[environment] += 100_000 }
            let steps = Int.random(in: 1...9, using: &generator)
            records.append(record(Int64(id), environment: environment, from: next[environment], steps: steps))
            next[environment] += steps
            // A length in use from the beginning is kept up to date, one that comes later is weighed at once.
            if id == 2 { _ = index.starts(length: 5) }
            index.append(records[records.count - 1])
        }
        index.evict(through: 7)
        return (index, records.filter { $0.id > 7 })
    }

    @Test(arguments: [1, 5, 30]) func startsAreThoseOfBruteForce(length: Int) {
        var (index, records) = mixed()
        #expect(index.starts(length: length) == validStarts(records, length: length).count)
        #expect(index.count == records.count && index.steps == records.reduce(0) { $0 + $1.steps })
        while let first = records.first {
            index.evict(through: first.id)
            records.removeFirst()
            #expect(index.starts(length: length) == validStarts(records, length: length).count)
        }
        #expect(index.steps == 0)
    }

    /// Chi-square over a million draws: with k − 1 degrees of freedom the statistic has mean k − 1 and variance 2(k − 1);
    /// five standard deviations away is no accident.
    @Test func millionDrawsAreUniform() {
        var (index, records) = mixed()
        let length = 5
        let valid = validStarts(records, length: length)
        let byId = Dictionary(uniqueKeysWithValues: records.map { ($0.id, $0) })
        var counts: [Frame: Int] = [:]
        var generator = SplitMix64(seed: 1)
        let draws = 1_000_000
        for _ in 0..<draws {
            guard let piece = index.sample(length: length, using: &generator)?.pieces.first,
                let record = byId[piece.trajectory]
            else { continue }
            counts[frame(record, piece.steps.lowerBound), default: 0] += 1
        }
        #expect(Set(counts.keys) == valid)
        #expect(counts.values.reduce(0, +) == draws)
        let expected = Double(draws) / Double(valid.count)
        let statistic = counts.values.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        let freedom = Double(valid.count - 1)
        #expect(abs(statistic - freedom) < 5 * (2 * freedom).squareRoot(), "\(statistic) of \(freedom)")
    }

    @Test func piecesAreConsecutiveFrames() {
        var (index, records) = mixed()
        let byId = Dictionary(uniqueKeysWithValues: records.map { ($0.id, $0) })
        var generator = SplitMix64(seed: 2)
        for _ in 0..<10_000 {
            let pieces = index.sample(length: 12, using: &generator)?.pieces ?? []
            let frames = pieces.flatMap { piece in
                piece.steps.compactMap { step in byId[piece.trajectory].map { frame($0, step) } }
            }
            #expect(frames.count == 13)
            for (frame, next) in zip(frames, frames.dropFirst()) {
                #expect(next == Frame(frame.environment, frame.run, frame.step + 1))
            }
        }
    }

    @Test func nothingIsLongEnough() {
        var index = ReplayIndex()
        var generator = SplitMix64(seed: 1)
        #expect(index.sample(length: 4, using: &generator) == nil)
        index.append(record(1, from: 0, steps: 4))
        #expect(index.sample(length: 4, using: &generator) == nil)
        index.append(record(2, from: 5, steps: 4))
        #expect(index.starts(length: 4) == 0, "a gap joins nothing")
        index.append(record(3, from: 9, steps: 1))
        #expect(index.sample(length: 4, using: &generator)?.pieces.map(\.trajectory) == [2, 3])
    }

    @Test func streamThatWasEvictedStartsAnew() {
        var index = ReplayIndex()
        index.append(record(1, from: 0, steps: 4))
        index.evict(through: 1)
        index.append(record(2, from: 4, steps: 4))
        #expect(index.starts(length: 3) == 1 && index.starts(length: 4) == 0)
    }

    /// An index that has lived through eviction and growth draws the same as one loaded afresh.
    @Test func historyDoesNotMatter() {
        var lived = ReplayIndex()
        for id in 1...5000 {
            lived.append(record(Int64(id), environment: id % 3, from: id / 3 * 4, steps: 4))
            if id == 100 { _ = lived.starts(length: 6) }
            if id > 700 && id % 2 == 0 { lived.evict(through: Int64(id - 700)) }
        }
        var loaded = ReplayIndex()
        for id in 4301...5000 { loaded.append(record(Int64(id), environment: id % 3, from: id / 3 * 4, steps: 4)) }
        var (first, second) = (SplitMix64(seed: 9), SplitMix64(seed: 9))
        for _ in 0..<1000 {
            #expect(lived.sample(length: 6, using: &first) == loaded.sample(length: 6, using: &second))
        }
    }

    /// A million steps in trajectories of 64: building, drawing and replacing all of it take a moment.
    @Test func millionStepsAreCheap() {
        var index = ReplayIndex()
        var generator = SplitMix64(seed: 1)
        let clock = ContinuousClock()
        _ = index.starts(length: 64)
        let fill = clock.measure {
            for id in 1...31_250 {
                index.append(record(Int64(id), environment: id % 4, from: id / 4 * 64, steps: 64))
                if id > 15_625 { index.evict(through: Int64(id - 15_625)) }
            }
        }
        let draw = clock.measure {
            for _ in 0..<100_000 { _ = index.sample(length: 64, using: &generator) }
        }
        print("index of \(index.steps) steps: two fillings \(fill), 100 000 draws \(draw)")
        #expect(fill < .seconds(2) && draw < .seconds(2))
    }

    /// Taken out of between others, a trajectory is as if it had never come: by comparison with an index that never saw it.
    @Test func whatIsTakenOutIsAsIfItHadNeverCome() {
        var generator = SplitMix64(seed: 17)
        for _ in 0..<60 {
            var (index, records) = (ReplayIndex(), [TrajectoryRecord]())
            var next = [0, 0, 0]
            var removed: Set<Int64> = []
            var oldest: Int64 = 1
            _ = index.starts(length: 4)
            for id in 1...80 as ClosedRange<Int64> {
                let environment = generator.below(3)
                if generator.below(12) == 0 { next[environment] += 1000 }
                let steps = 1 + generator.below(9)
                let record = self.record(id, environment: environment, from: next[environment], steps: steps)
                next[environment] += record.steps
                records.append(record)
                index.append(record)
                if generator.below(4) == 0 {
                    let one = oldest + Int64(generator.below(Int(id - oldest) + 1))
                    index.remove(one)
                    removed.insert(one)
                }
                if generator.below(10) == 0 {
                    oldest = min(id, oldest + Int64(generator.below(6)))
                    index.evict(through: oldest - 1)
                }
            }
            var expected = ReplayIndex()
            for record in records where record.id >= oldest && !removed.contains(record.id) { expected.append(record) }
            #expect(index.count == expected.count && index.steps == expected.steps)
            for length in [1, 4, 11] {
                let starts = expected.starts(length: length)
                #expect(index.starts(length: length) == starts)
                for number in 0..<starts {
                    #expect(index.sequence(number, length: length) == expected.sequence(number, length: length))
                }
            }
            // And it goes on alike.
            for environment in 0..<3 {
                let record = self.record(
                    81 + Int64(environment), environment: environment, from: next[environment], steps: 7)
                index.append(record)
                expected.append(record)
            }
            #expect(index.starts(length: 4) == expected.starts(length: 4))
        }
    }
}

extension ReplayIndex {
    fileprivate mutating func sample(length: Int, using generator: inout SplitMix64) -> SequenceLocation? {
        UniformSelector(length: length).next(in: &self, using: &generator)
    }
}
