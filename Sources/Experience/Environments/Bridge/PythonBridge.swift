import Diagnostics
import Experience
import Foundation
import Processes

/// One Python child process that plays a group of environments, one request at a time; `Python/bridge.py` is the
/// other side and describes the records. The process ends when the last environment is closed, when this object goes,
/// and when this process ends in whatever way.
package final class PythonBridge {
    private enum Operation: UInt32 { case make, reset, step, close, unlocked }

    /// Length of an answer without its payload.
    private static let answerHeader = 12
    /// Longest message that is accepted, in bytes: of an error, or of what was made.
    private static let messageLimit = 64 << 10
    /// Seconds for an environment to close.
    private static let closePatience = 5
    /// Imports the modules that come over the socket before the requests, by name and length: on the command line they would
    /// fill every list of processes. What the environments start does not get the socket.
    private static let loader = """
        import os, sys
        from importlib import abc, util

        os.set_inheritable(\(ConnectedProcess.channel), False)
        requests = os.fdopen(\(ConnectedProcess.channel), "rb")
        sources = {name: requests.read(int(size)) for name, size in zip(sys.argv[1::2], sys.argv[2::2])}

        class Sent(abc.MetaPathFinder, abc.InspectLoader):
            def find_spec(self, name, path, target=None):
                return util.spec_from_loader(name, self) if name in sources else None

            def get_source(self, name):
                return sources[name].decode()

        sys.meta_path.insert(0, Sent())
        import dreamer_bridge
        """
    private static let modules = [
        ("dreamer_backgrounds", PackageResources.backgrounds_py), ("dreamer_spaces", PackageResources.spaces_py),
        ("dreamer_failures", PackageResources.failures_py),
        ("dreamer_bridge", PackageResources.bridge_py),
    ]

    private let child: ConnectedProcess
    private let host: PythonHost
    private var open = 0
    /// The number of the next environment, the same as in the child.
    private var next: UInt32 = 0

    /// Starts the process.
    package init(_ host: PythonHost) throws(EnvironmentError) {
        self.host = host
        let interpreter = try PythonInterpreter.find(host.interpreter)
        let names = Self.modules.flatMap { [$0, "\($1.count)"] }
        do {
            // Isolated: neither the working directory nor variables like PYTHONPATH decide what is imported.
            child = try ConnectedProcess(
                executable: interpreter, arguments: ["-I", "-c", Self.loader] + names, output: host.output)
        } catch {
            throw .missingVirtualEnvironment(
                "cannot start \(interpreter): \(SystemLimit.explained("\(error)"))")
        }
        guard child.send(Self.modules.flatMap { $1 }, by: .after(host.startSeconds)) else { throw ended }
    }

    /// Identifier of the process while it runs.
    package var identifier: Int32? { child.identifier }

    /// Makes one more environment.
    func make(_ task: BridgeTask, image: ImageShape, achievements: [String]) throws(EnvironmentError)
        -> BridgedEnvironment
    {
        let json: Data
        do {
            json = try JSONEncoder().encode(task)
        } catch {
            throw .invalidOption("\(task.name): the options cannot be sent: \(error)")
        }
        let answer = try ask(.make, next, [UInt8](json), expecting: nil, within: host.startSeconds)
        guard let made = try? JSONDecoder().decode(BridgeAnswer.self, from: Data(answer.payload)) else {
            throw .bridgeEnded("answered with what is no description of an environment")
        }
        guard !made.image || image != .none else {
            throw .invalidOption("\(task.name) shows images, and agent.image is 0: set environment.observe=vector")
        }
        let number = next
        next += 1
        open += 1
        return BridgedEnvironment(
            bridge: self, number: number, made, image: image, achievements: achievements)
    }

    func reset(_ number: UInt32, _ shape: StepShape) throws(EnvironmentError) -> Observation {
        try ask(.reset, number, [], expecting: shape.observedBytes, within: host.startSeconds).observation(shape)
    }

    /// Sends a step and does not wait for what comes of it.
    /// - Returns: until when the answer may come; nil where the process plays others, whose answers would mix with it.
    func begin(_ number: UInt32, _ action: Action) -> Deadline? {
        guard open == 1 else { return nil }
        let deadline = Deadline.after(host.stepSeconds)
        // A process that is gone is found out when the answer is waited for.
        _ = send(.step, number, action.payload, by: deadline)
        return deadline
    }

    /// - Parameter begun: until when the answer to a step that was sent may come; nil sends it.
    func step(
        _ number: UInt32, _ action: Action, _ shape: StepShape, begun: Deadline? = nil
    ) throws(EnvironmentError) -> Observation {
        // Whoever was waited for before it may have taken all its time: that is not this one's fault.
        let deadline = begun.flatMap { $0.isOver ? nil : $0 } ?? .after(host.stepSeconds)
        if begun == nil { guard send(.step, number, action.payload, by: deadline) else { throw ended } }
        return try receive(shape.observedBytes, by: deadline).observation(shape)
    }

    /// Names of the achievements that the episode has seen.
    func unlocked(_ number: UInt32) throws(EnvironmentError) -> [String] {
        let answer = try ask(.unlocked, number, [], expecting: nil, within: host.stepSeconds)
        guard let names = try? JSONDecoder().decode([String].self, from: Data(answer.payload)) else {
            throw .bridgeEnded("answered with what are no names of achievements")
        }
        return names
    }

    /// Closes an environment. The process ends with the last one, unless another is about to be made.
    func close(_ number: UInt32, another: Bool = false) {
        // Its memory is all that a failure here could cost, and the next request reports a process that is gone.
        _ = try? ask(.close, number, [], expecting: 0, within: Self.closePatience)
        open -= 1
        if open == 0, !another { child.end(patience: ConnectedProcess.exitPatience) }
    }
}

// MARK: - Requests and answers

extension PythonBridge {
    private struct Answer {
        var flags: StepFlags
        var reward: Float
        var payload: [UInt8]

        /// Pixels first, the numbers after them.
        func observation(_ shape: StepShape) -> Observation {
            guard shape.vectorCount > 0 else { return Observation(image: payload, reward: reward, flags: flags) }
            let pixels = shape.image.count
            let vector = (0..<shape.vectorCount).map { Float(bitPattern: payload.word(at: pixels + 4 * $0)) }
            return Observation(image: Array(payload[..<pixels]), vector: vector, reward: reward, flags: flags)
        }
    }

    private func ask(
        _ operation: Operation, _ number: UInt32, _ payload: [UInt8], expecting length: Int?, within patience: Int
    ) throws(EnvironmentError) -> Answer {
        let deadline = Deadline.after(patience)
        guard send(operation, number, payload, by: deadline) else { throw ended }
        return try receive(length, by: deadline)
    }

    private func send(_ operation: Operation, _ number: UInt32, _ payload: [UInt8], by deadline: Deadline) -> Bool {
        var request: [UInt8] = []
        request.append(word: operation.rawValue)
        request.append(word: number)
        request.append(word: UInt32(payload.count))
        return child.send(request + payload, by: deadline)
    }

    private func receive(_ length: Int?, by deadline: Deadline) throws(EnvironmentError) -> Answer {
        guard let header = child.receive(Self.answerHeader, by: deadline) else { throw ended }
        let failed = header[0] != 0
        let announced = Int(header.word(at: 8))
        guard failed || length == nil ? announced <= Self.messageLimit : announced == length else {
            child.end(patience: 0)
            throw .bridgeEnded(
                "answered with \(announced) bytes where \(length.map { "\($0)" } ?? "a few") were expected")
        }
        guard let body = child.receive(announced, by: deadline) else { throw ended }
        if failed { throw .environmentFailed(String(decoding: body, as: UTF8.self)) }
        return Answer(
            flags: StepFlags(rawValue: header[1]), reward: Float(bitPattern: header.word(at: 4)), payload: body)
    }

    private var ended: EnvironmentError { .bridgeEnded(child.ending ?? "ended") }
}

extension Action {
    /// The values as the bridge reads them.
    fileprivate var payload: [UInt8] {
        vector.reduce(into: []) { $0.append(word: $1.bitPattern) }
    }
}

extension StepShape {
    /// Bytes of an observation on its way from the bridge.
    fileprivate var observedBytes: Int { image.count + 4 * vectorCount }
}

extension [UInt8] {
    fileprivate mutating func append(word: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    /// The little-endian word at `offset`.
    fileprivate func word(at offset: Int) -> UInt32 {
        self[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
