import Measurements
import Reports

extension RunHistory {
    /// Of each loss; more could not be told apart in a figure.
    private static let lossSamples = 40

    /// What is kept of it.
    var lines: [String] {
        ["end \(agentSteps) \(trainSteps) \(Self.text(minutes))"]
            + returnLines + evaluator.map { Self.line("evaluator", $0) }
            + TrainingMetric.allCases.flatMap { metric in
                Self.thinned(losses[metric] ?? []).map { Self.line(metric.key, $0) }
            }
            + evaluations.map(Self.line)
    }

    /// Episodes that were reported together share a line.
    private var returnLines: [String] {
        var lines: [(moment: String, values: [String])] = []
        for sample in returns {
            let moment = "return \(Self.text(sample.agentSteps)) \(Self.text((1000 * sample.minutes).rounded() / 1000))"
            if lines.last?.moment != moment { lines.append((moment, [])) }
            lines[lines.count - 1].values.append(Self.text(sample.value))
        }
        return lines.map { ([$0.moment] + $0.values).joined(separator: " ") }
    }

    /// Takes up what a line says.
    /// - Returns: false where that is nothing.
    mutating func take(_ words: [String]) -> Bool {
        if words[0] == "evaluation" { return takeEvaluation(words) }
        let numbers = words.dropFirst().compactMap(Double.init)
        guard numbers.count >= 3, numbers.count == words.count - 1, numbers.allSatisfy(\.isFinite) else { return false }
        if words[0] == "return" {
            for value in numbers.dropFirst(2) {
                returns.append(Sample(agentSteps: numbers[0], minutes: numbers[1], value: value))
            }
            return true
        }
        guard numbers.count == 3 else { return false }
        if words[0] == "end" {
            guard let agent = Int(exactly: numbers[0]), let train = Int(exactly: numbers[1]) else { return false }
            (agentSteps, trainSteps, minutes) = (agent, train, numbers[2])
            return true
        }
        let sample = Sample(agentSteps: numbers[0], minutes: numbers[1], value: numbers[2])
        switch words[0] {
        case "evaluator": evaluator.append(sample)
        default:
            guard let metric = TrainingMetric(stringValue: words[0]), metric.lossName != nil else { return false }
            losses[metric, default: []].append(sample)
        }
        return true
    }

    private mutating func takeEvaluation(_ words: [String]) -> Bool {
        guard words.count == 9, let agentSteps = Int(words[1]), let minutes = Double(words[2]),
            let mean = Double(words[3]), let seed = Int(words[5]), let episodes = Int(words[6]),
            let deviation = Double(words[7]), let trainSteps = Int(words[8])
        else { return false }
        evaluations.append(
            Evaluation(
                policy: words[4], seed: seed, episodes: episodes, mean: mean, standardDeviation: deviation,
                trainSteps: trainSteps, agentSteps: agentSteps, minutes: minutes))
        return true
    }

    private static func line(_ evaluation: Evaluation) -> String {
        let e = evaluation
        return "evaluation \(e.agentSteps) \(text(e.minutes)) \(e.mean) \(e.policy ?? "unknown") \(e.seed ?? 0) "
            + "\(e.episodes) \(e.standardDeviation) \(e.trainSteps)"
    }

    private static func line(_ name: String, _ sample: Sample) -> String {
        "\(name) \(text(sample.agentSteps)) \(text(sample.minutes)) \(text(sample.value))"
    }

    /// To six digits or so, without zeros that say nothing.
    private static func text(_ value: Double) -> String {
        let rounded = Double(Float(value))
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(Float(value))"
    }

    private static func thinned(_ samples: [Sample]) -> [Sample] {
        let width = max(1, (samples.count + lossSamples - 1) / lossSamples)
        return stride(from: 0, to: samples.count, by: width).map { start in
            let part = samples[start..<min(start + width, samples.count)]
            func mean(_ value: KeyPath<Sample, Double>) -> Double {
                part.reduce(0) { $0 + $1[keyPath: value] } / Double(part.count)
            }
            return Sample(agentSteps: mean(\.agentSteps).rounded(), minutes: mean(\.minutes), value: mean(\.value))
        }
    }
}
