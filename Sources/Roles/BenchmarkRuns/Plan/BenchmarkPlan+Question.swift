import Diagnostics
import Reports
import Runs

extension BenchmarkPlan {
    /// What the fields `threshold` and `contrasts` ask for; nil where they ask for nothing.
    /// - Throws: one line for a contrast of cells that the grid does not have.
    func question(_ fields: PlanFields) throws(UserError) -> LearningQuestion? {
        let contrasts = try fields.groups("contrasts") ?? []
        guard let threshold = try fields.fraction("threshold") else {
            guard contrasts.isEmpty else {
                throw fields.error("contrasts", "threshold is missing: the mean return that counts as learned")
            }
            return nil
        }
        let window = try fields.number("window", within: 1...10_000) ?? 100
        var question = LearningQuestion(threshold: threshold, window: window)
        for contrast in contrasts {
            var terms: [Contrast.Term] = []
            for text in contrast.texts { terms.append(try term(text, "contrasts.\(contrast.name)", fields)) }
            question.contrasts.append(Contrast(name: contrast.name, terms: terms))
        }
        return question
    }

    /// "+TASK AGENT" or "-TASK AGENT VARIANT".
    private func term(_ text: String, _ field: String, _ fields: PlanFields) throws(UserError) -> Contrast.Term {
        let words = text.dropFirst().split(separator: " ").map(String.init)
        guard (2...3).contains(words.count), let sign = ["+": 1.0, "-": -1.0][text.prefix(1)] else {
            throw fields.error("contrasts", "\(field): expected +TASK AGENT or -TASK AGENT, got \(text)")
        }
        let variant = words.count == 3 ? words[2] : ""
        guard tasks.contains(words[0]), agents.contains(words[1]), variants.contains(where: { $0.name == variant })
        else { throw fields.error("contrasts", "\(field): the grid has no runs of \(words.joined(separator: " "))") }
        return Contrast.Term(sign: sign, cell: kind(words[0], words[1], variant))
    }

    /// The name of a cell's runs, without their seeds.
    func kind(_ task: String, _ agent: String, _ variant: String) -> String {
        PortableName.of(([task, agent] + [variant].filter { !$0.isEmpty }).joined(separator: "-"))
    }
}
