import Experience
import NIOCore
import TrajectoryCodec
import Wire
import WireSamples

extension HostileInput {
    /// Inputs that are right, for a fuzzer to start from: one for each message and each door.
    public static let seeds: [[UInt8]] = {
        var seeds: [[UInt8]] = []
        for (number, message) in messages.enumerated() {
            let payload = message.type == .trajectory ? Array(buffer: trajectory.payload) : []
            let head = Array(buffer: FrameEncoder.head(message, payloadLength: payload.count))
            for door in [Door.toLearner, .toLearnerFromStranger, .toActor] {
                seeds.append([door.rawValue] + head + payload)
            }
            seeds.append([Door.message.rawValue, UInt8(number)] + head[20...])
        }
        seeds.append([Door.trajectory.rawValue] + trajectoryNumbers + Array(buffer: trajectory.payload))
        let weights = EncodedWeights(
            WireSamples.weights(version: 3, [("w", [2, 3], [1, 2, 3, 4, 5, 6])]), learnerGeneration: 1)
        seeds.append([Door.weights.rawValue] + Array(buffer: weights.chunk(0)))
        return seeds + [learnerSeed]
    }()

    /// A conversation that is right: trajectories, reports, weights, another connection, the end.
    private static let learnerSeed: [UInt8] = {
        var seed = [Door.learner.rawValue]
        func add(_ event: Event, _ bytes: [UInt8]) { seed += [event.rawValue] + twoBytes(bytes.count) + bytes }
        func packed(_ message: Message) -> [UInt8] { Array(buffer: FrameEncoder.head(message))[20...] + [] }
        for sequence in 1...3 as ClosedRange<UInt64> {
            let trajectory = stored(sequence)
            let message = packed(.trajectory(TrajectoryMessage(sequence: sequence, header: trajectory.header)))
            add(.trajectory, [UInt8(message.count)] + message + Array(buffer: trajectory.payload))
        }
        add(.learner, [0])
        let episode = ActorReport.Episode(environment: 0, episodeReturn: 1.5, length: 20, policyVersion: 1)
        let report = ActorReport(environmentSteps: 24, stepsPerSecond: 10, policyVersion: 1, episodes: [episode])
        add(.report, packed(.report(report)))
        add(.learner, [1])
        add(.heartbeat, packed(.heartbeat(Heartbeat(nanoseconds: 1))))
        add(.connection, packed(.hello(Hello(actor: "b", incarnation: 2, host: "h"))))
        add(.time, [30])
        add(.learner, [3])
        add(.bytes, Array(buffer: FrameEncoder.head(.heartbeat(Heartbeat(nanoseconds: 2)))))
        add(.learner, [4])
        add(.learner, [5])
        add(.goodbye, packed(.goodbye(Goodbye(.finished, "done"))))
        return seed
    }()

    /// What an admitted actor may send and no learner may be harmed by, one conversation for each.
    public static let harmfulConversations: [[UInt8]] = {
        let numbers: [UInt64] = [1 << 53, 1 << 63, .max]
        let reports = numbers.flatMap { number in
            [
                ActorReport(environmentSteps: number, stepsPerSecond: 1, policyVersion: 1),
                ActorReport(environmentSteps: 1, stepsPerSecond: 1, policyVersion: number),
                ActorReport(
                    environmentSteps: 1, stepsPerSecond: 1, policyVersion: 1,
                    episodes: [.init(environment: 0, episodeReturn: 1, length: number, policyVersion: number)]),
            ]
        }
        let returns = [Double.nan, .infinity, 1.7e308].map { value in
            ActorReport(
                environmentSteps: 1, stepsPerSecond: value, policyVersion: 1,
                episodes: [.init(environment: 0, episodeReturn: value, length: 1, policyVersion: 1)])
        }
        let restarts = [UInt64.max, 1, .max - 1].map {
            ActorReport(environmentSteps: $0, stepsPerSecond: 1, policyVersion: 1)
        }
        let conversations = (reports + returns).map { [$0] } + [restarts]
        return conversations.map { [Door.learner.rawValue] + $0.flatMap(event) } + [damagedImages]
    }()

    private static func event(_ report: ActorReport) -> [UInt8] {
        let message = Array(buffer: FrameEncoder.head(.report(report)))[20...]
        return [Event.report.rawValue] + twoBytes(message.count) + message
    }

    /// Header, checksum and columns are right, images are not what the header says.
    private static let damagedImages: [UInt8] = {
        let events = (1...3 as ClosedRange<UInt64>).flatMap { sequence -> [UInt8] in
            let trajectory = stored(sequence)
            var header = trajectory.header
            let columns = Array(buffer: trajectory.payload).prefix(header.blocks[0])
            header.blocks = [columns.count, 8]
            let head = FrameEncoder.head(.trajectory(TrajectoryMessage(sequence: sequence, header: header)))
            let message = Array(buffer: head)[20...]
            let bytes = [UInt8(message.count)] + message + columns + [UInt8](repeating: 0x5A, count: 8)
            return [Event.trajectory.rawValue] + twoBytes(bytes.count) + bytes
        }
        return [Door.learner.rawValue] + events
    }()

    /// One that fits the learner.
    private static func stored(_ sequence: UInt64) -> EncodedTrajectory {
        let image = HostileLearner.image
        var trajectory = Trajectory(StepShape(image: image, actionCount: 3))
        for step in 0..<8 {
            let pixels = (0..<image.count).map { UInt8(truncatingIfNeeded: $0 / 100 * step) }
            trajectory.append(
                Observation(image: pixels, reward: Float(step), flags: sequence == 1 && step == 0 ? .first : []),
                action: .oneHot(step % 3, of: 3), policyVersion: sequence)
        }
        return TrajectoryCoder.encode(
            trajectory, position: StreamPosition(environment: 0, firstStep: 8 * (sequence - 1)))
    }

    /// One of each, the trajectory's such that its payload fits.
    private static let messages: [Message] = WireSamples.messages.map { message in
        guard case .trajectory = message else { return message }
        return .trajectory(TrajectoryMessage(sequence: 1, header: trajectory.header))
    }

    private static let trajectory: EncodedTrajectory = {
        var trajectory = Trajectory(StepShape(image: ImageShape(height: 4, width: 4), actionCount: 2))
        for step in 0..<20 {
            let image = (0..<48).map { UInt8(truncatingIfNeeded: $0 / 7 * step) }
            trajectory.append(
                Observation(image: image, reward: Float(step), flags: step == 0 ? .first : []),
                action: .oneHot(step % 2, of: 2), policyVersion: UInt64(step))
        }
        return TrajectoryCoder.encode(trajectory, position: StreamPosition(environment: 0, firstStep: 0))
    }()

    /// The header as `readTrajectory` takes it.
    private static var trajectoryNumbers: [UInt8] {
        let header = trajectory.header
        var numbers = [header.shape.image.height, header.shape.image.width].flatMap(twoBytes)
        numbers += [UInt8(header.shape.image.channels), UInt8(header.shape.actionCount)]
        numbers += twoBytes(header.steps) + twoBytes(header.blocks.count)
        numbers += header.blocks.flatMap(twoBytes)
        return numbers + [UInt8](repeating: 0, count: 24 - numbers.count)
    }

    private static func twoBytes(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
    }
}
