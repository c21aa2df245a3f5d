import Diagnostics
import NIOCore
import Testing
import WireSamples

@testable import Wire

/// What a message says is judged where it is read: nothing behind has to reckon with it.
@Suite struct JudgementTests {
    // MARK: Numbers

    private static let episode = ActorReport.Episode(
        environment: 1, episodeReturn: -3.25, length: 900, policyVersion: 7)

    private static func report(
        _ change: (inout ActorReport, inout ActorReport.Episode) -> Void
    ) -> Message {
        var (report, episode) = (ActorReport(environmentSteps: 5, stepsPerSecond: 1, policyVersion: 3), Self.episode)
        change(&report, &episode)
        report.episodes = [episode]
        return .report(report)
    }

    private static func welcome(_ change: (inout Welcome) -> Void) -> Message {
        var welcome = Welcome(
            runID: "run", learnerGeneration: 1, actorIndex: 0, configuration: "", seed: 0, creditBytes: 1,
            storedThrough: 0, heartbeatMilliseconds: 1)
        change(&welcome)
        return .welcome(welcome)
    }

    private static func trajectory(_ sequence: UInt64) -> Message {
        guard case .trajectory(var message) = WireSamples.messages[3] else {
            preconditionFailure("the fourth is a trajectory")
        }
        message.sequence = sequence
        return .trajectory(message)
    }

    static let outOfRange: [Message] =
        [1 << 53, 1 << 63, .max].flatMap { number in
            [
                report { report, _ in report.environmentSteps = number },
                report { report, _ in report.policyVersion = number },
                report { report, _ in report.failures = number },
                report { _, episode in episode.length = number },
                report { _, episode in episode.policyVersion = number },
                welcome { $0.learnerGeneration = number },
                welcome { $0.creditBytes = number },
                welcome { $0.storedThrough = number },
                trajectory(number),
                .credit(Credit(bytes: number)),
                .weightsOffer(
                    WeightsOffer(version: number, totalBytes: 1, chunkCount: 1, checksum: 0, learnerGeneration: 1)),
                .weightsOffer(
                    WeightsOffer(version: 1, totalBytes: 1, chunkCount: 1, checksum: 0, learnerGeneration: number)),
            ]
        }
        + [.nan, .infinity, -.infinity, 1.7e308, -1e101].flatMap { number in
            [
                report { report, _ in report.stepsPerSecond = number },
                report { _, episode in episode.episodeReturn = number },
            ]
        }
        + [report { report, _ in report.stepsPerSecond = -1 }, trajectory(0)]

    @Test(arguments: outOfRange) func numbersOutOfRangeAreRefused(message: Message) {
        #expect {
            try read(message)
        } throws: { error in
            guard case .field(message.type, _)? = error as? WireError else { return false }
            return true
        }
    }

    @Test func theLargestNumbersAreTaken() throws {
        let largest = (1 << 53) - 1 as UInt64
        let message = Self.report { report, episode in
            report = ActorReport(
                environmentSteps: largest, stepsPerSecond: 1e99, policyVersion: largest, failures: largest)
            episode = .init(environment: 0, episodeReturn: -1e99, length: largest, policyVersion: largest)
        }
        #expect(try read(message) == message)
    }

    // MARK: Texts

    /// Field 5 (actor) or 3 (token) of a Hello of this version.
    private func hello(field: UInt8, _ text: [UInt8]) throws -> Hello {
        try Hello(packed: ByteBuffer(bytes: [0x08, UInt8(protocolVersion), field << 3 | 2, UInt8(text.count)] + text))
    }

    /// A C string ends there, what was sent does not.
    @Test(arguments: ["a\0b", "\0", "\0a", "a\0"]) func zeroBytesAreRefused(text: String) {
        for (field, name) in [(3, "token"), (5, "actor"), (7, "host")] as [(UInt8, String)] {
            #expect(throws: WireError.field(.hello, "\(name) holds a zero byte")) {
                try hello(field: field, Array(text.utf8))
            }
        }
        #expect(throws: WireError.field(.acknowledgement, "reason holds a zero byte")) {
            // In a message within the message.
            try Acknowledgement(
                packed: ByteBuffer(bytes: [0x1A, UInt8(text.utf8.count + 2), 0x12, UInt8(text.utf8.count)] + text.utf8))
        }
    }

    @Test func emptyTextsAreTexts() throws {
        #expect(try hello(field: 5, []).actor == "")
        #expect(try hello(field: 5, Array("a".utf8)).token == "")
    }

    static let forged = "gone\n2026-01-01T00:00:00Z info learner: \u{1B}]0;title\u{7}\u{1B}[31m\u{202E}red\u{7F}"
    static let harmless =
        #"gone\u{a}2026-01-01T00:00:00Z info learner: \u{1b}]0;title\u{7}\u{1b}[31m\u{202e}red\u{7f}"#

    /// What a stranger says reaches logs and terminals as one line without control characters.
    @Test func textsForPeopleArePrintable() throws {
        let messages: [(Message, Message)] = [
            (.goodbye(Goodbye(.shutdown, Self.forged)), .goodbye(Goodbye(.shutdown, Self.harmless))),
            (.refusal(Refusal(.full, Self.forged)), .refusal(Refusal(.full, Self.harmless))),
            (.drain(Drain(reason: Self.forged)), .drain(Drain(reason: Self.harmless))),
            (
                .acknowledgement(Acknowledgement(refused: [.init(sequence: 1, reason: Self.forged)])),
                .acknowledgement(Acknowledgement(refused: [.init(sequence: 1, reason: Self.harmless)]))
            ),
            (
                .hello(Hello(actor: "a", incarnation: 1, host: Self.forged)),
                .hello(Hello(actor: "a", incarnation: 1, host: Self.harmless))
            ),
        ]
        for (sent, understood) in messages {
            #expect(try read(sent) == understood)
            #expect(try read(understood) == understood)
        }
    }

    @Test func textsForPeopleAreCut() throws {
        guard case .drain(let drain) = try read(.drain(Drain(reason: String(repeating: "ä", count: 1000)))) else {
            Issue.record("not a Drain")
            return
        }
        #expect(drain.reason == String(repeating: "ä", count: 126) + "…")
        #expect(drain.reason.utf8.count <= 256)
        #expect(drain.reason.printable() == drain.reason)
    }

    /// What is compared, or parsed, is not changed but refused.
    @Test func namesThatCannotBePrintedAreRefused() {
        #expect(throws: WireError.field(.welcome, "run_id holds characters that cannot be printed")) {
            try read(Self.welcome { $0.runID = "a\u{1B}[31m" })
        }
        #expect(throws: WireError.field(.welcome, "configuration holds characters that cannot be printed")) {
            try read(Self.welcome { $0.configuration = "a: 1\nb: \u{1B}[31m\n" })
        }
    }

    // MARK: Versions

    /// Whatever a later version puts into the other fields.
    @Test(
        arguments: [
            // Nothing else; a number where the name was; a name where a number was; no UTF-8; a token of 2000 bytes.
            [0x08, 0x63], [0x08, 0x63, 0x28, 0x07], [0x08, 0x63, 0x4A, 0x01, 0x61], [0x2A, 0x01, 0xFF, 0x08, 0x63],
            [0x08, 0x63, 0x1A, 0xD0, 0x0F] + [UInt8](repeating: 0x61, count: 2000),
            // A group, which this one does not know.
            [0x08, 0x63, 0x0B, 0x0C],
        ] as [[UInt8]]) func theVersionIsJudgedFirst(bytes: [UInt8]) throws
    {
        #expect(try Hello(packed: ByteBuffer(bytes: bytes)).protocolVersion == 99)
    }

    private func read(_ message: Message) throws -> Message {
        var packed = ByteBuffer()
        message.value.pack(into: &packed)
        return try Message(Frame(type: message.type, message: packed, payload: ByteBuffer()))
    }
}
