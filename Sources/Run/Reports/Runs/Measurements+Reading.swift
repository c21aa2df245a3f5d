import Diagnostics
import Foundation

extension Measurements {
    /// Reads `metrics.jsonl`.
    ///
    /// - Throws: one line for a file that cannot be read, or that holds a line that is not JSON. A last line that was cut
    ///   short is only counted: that is how a killed run ends.
    public init(contentsOf path: String) throws(UserError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UserError("\(path) cannot be read; a report needs the directory of a run that has been started")
        }
        try self.init(data, name: path)
    }

    /// - Parameter name: what messages call the file.
    init(_ data: Data, name: String) throws(UserError) {
        self.init()
        var clock = WorkingClock()
        let lines = data.split(separator: UInt8(ascii: "\n"))
        for (index, line) in lines.enumerated() {
            guard let fields = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any] else {
                guard index == lines.count - 1, data.last != UInt8(ascii: "\n") else {
                    throw UserError("\(name): line \(index + 1) is no JSON object; remove it and try again")
                }
                tornLines = 1
                return
            }
            add(MetricsLine(fields: fields), &clock)
        }
    }

    private mutating func add(_ line: MetricsLine, _ clock: inout WorkingClock) {
        if let time = line.number("time") { clock.advance(to: time) }
        minutes = clock.seconds / 60
        agentSteps = max(agentSteps, line.integer("agent_steps") ?? 0)
        trainSteps = max(trainSteps, line.integer("train_steps") ?? 0)
        switch line.text("kind") {
        case "episode": if let value = line.number("return") { returns.append(sample(line, value)) }
        case "train":
            for (name, value) in line.losses { losses[name, default: []].append(sample(line, value)) }
        case "evaluation": if let evaluation = evaluation(line) { evaluations.append(evaluation) }
        // Other kinds tell how learner and actors are doing.
        default: break
        }
    }

    private func sample(_ line: MetricsLine, _ value: Double) -> Sample {
        Sample(agentSteps: line.number("agent_steps") ?? Double(agentSteps), minutes: minutes, value: value)
    }

    private func evaluation(_ line: MetricsLine) -> Evaluation? {
        guard let mean = line.number("mean"), let episodes = line.integer("episodes") else { return nil }
        return Evaluation(
            policy: line.text("policy"), seed: line.integer("seed"), episodes: episodes, mean: mean,
            standardDeviation: line.number("standard_deviation") ?? 0,
            trainSteps: line.integer("train_steps") ?? trainSteps, agentSteps: agentSteps, minutes: minutes)
    }
}

/// One line of metrics; what is absent or null is nil.
private struct MetricsLine {
    let fields: [String: Any]

    func number(_ name: String) -> Double? { (fields[name] as? NSNumber)?.doubleValue }
    func integer(_ name: String) -> Int? { (fields[name] as? NSNumber)?.intValue }
    func text(_ name: String) -> String? { fields[name] as? String }

    var losses: [(name: String, value: Double)] {
        fields.keys.filter { $0.hasPrefix("loss.") }.compactMap { key in
            number(key).map { (String(key.dropFirst("loss.".count)), $0) }
        }
    }
}

/// Time for which a run has worked: a pause, between a stop and the resumption, does not count.
struct WorkingClock {
    /// A learner that works writes lines far more often.
    static let longestGap = 120.0

    private(set) var seconds = 0.0
    private var last: Double?

    /// - Parameter time: Unix seconds of the next line.
    mutating func advance(to time: Double) {
        let gap = time - (last ?? time)
        if (0...Self.longestGap).contains(gap) { seconds += gap }
        last = time
    }
}
