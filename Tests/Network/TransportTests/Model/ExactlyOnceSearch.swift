/// Looks at every state that a model can get into within so many events, nearest first.
struct ExactlyOnceSearch {
    struct Finding: Equatable {
        var problem: String
        /// What led to it; no shorter way does.
        var events: [ModelEvent]
    }

    struct Result {
        var states = 0
        var transitions = 0
        var finding: Finding?
    }

    let rules: ModelRules
    let depth: Int

    private struct Node {
        var events: [ModelEvent]
        var enabled: [ModelEvent]
    }

    func run() -> Result {
        var result = Result()
        var known: Set<String> = []
        var frontier = [Node(events: [], enabled: ExactlyOnceModel(rules).enabled)]
        for _ in 0..<depth {
            var next: [Node] = []
            for node in frontier {
                for event in node.enabled {
                    result.transitions += 1
                    let events = node.events + [event]
                    // The state machines cannot be copied: each state is reached anew.
                    let model = ExactlyOnceModel(rules)
                    for event in events { model.perform(event) }
                    if let problem = model.problem {
                        result.finding = Finding(problem: problem, events: events)
                        return result
                    }
                    guard known.insert(model.fingerprint).inserted else { continue }
                    result.states += 1
                    next.append(Node(events: events, enabled: model.enabled))
                    model.settleDown()
                    if let problem = model.problem {
                        result.finding = Finding(problem: problem, events: events)
                        return result
                    }
                }
            }
            frontier = next
        }
        return result
    }
}
