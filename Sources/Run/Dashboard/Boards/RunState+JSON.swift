import Measurements

extension RunState {
    /// Where the run stands, without its curves and actors.
    func write(to json: inout JSONText) {
        writeStart(to: &json)
        writeProgress(to: &json)
        json.member("episodes", episodes)
        json.member("recentReturn", recentReturns.mean)
        json.member("updated", updated)
        writeEvaluation(to: &json)
        writeReplay(to: &json)
        writeStaleness(to: &json)
        writeProcess(to: &json)
        json.key("parts")
        json.array { json in
            for (part, seconds) in training?.times.all ?? [] {
                json.array {
                    $0.string(part.name)
                    $0.number(seconds)
                }
            }
        }
    }

    /// How far the run is, and how good.
    func writeSummary(to json: inout JSONText) {
        writeStart(to: &json)
        json.member("agentSteps", (progress?.training ?? training?.state)?.agentSteps ?? replay?.agentSteps ?? 0)
        json.member("recentReturn", recentReturns.mean)
        json.member("updated", updated)
        writeEvaluation(to: &json)
    }

    private func writeStart(to json: inout JSONText) {
        json.member("environment", start?.environment)
        json.member("agent", start?.agent)
        json.member("target", start?.targetTrainSteps ?? start?.targetSteps ?? 0)
        json.member("done", isOffline ? trainSteps : agentSteps)
        json.member("goes", isOffline ? "training steps" : "agent steps")
        json.member("actionRepeat", start?.actionRepeat ?? 1)
        json.member("expectedActors", start?.actors ?? 0)
    }

    private func writeProgress(to json: inout JSONText) {
        let state = progress?.training ?? training?.state
        json.member("agentSteps", state?.agentSteps ?? replay?.agentSteps ?? 0)
        json.member("trainSteps", state?.trainSteps ?? 0)
        json.member("skippedSteps", state?.skippedSteps ?? 0)
        json.member("replayedSteps", state?.replayedSteps ?? 0)
        json.member("policyVersion", Double(state?.policyVersion ?? 0))
        json.member("trainSpeed", state?.trainStepsPerSecond)
        json.member("agentSpeed", progress?.pace.agentStepsPerSecond)
        json.member("elapsed", progress?.pace.elapsedSeconds)
        json.member("left", progress?.pace.secondsLeft)
        json.member("waiting", progress?.pace.waiting)
    }

    private func writeEvaluation(to json: inout JSONText) {
        guard let evaluation else { return }
        json.key("evaluation")
        json.object {
            $0.member("mean", evaluation.mean)
            $0.member("deviation", evaluation.deviation)
            $0.member("episodes", evaluation.episodes)
            $0.member("policy", evaluation.policy)
        }
    }

    private func writeReplay(to json: inout JSONText) {
        guard let replay else { return }
        json.key("replay")
        json.object {
            $0.member("steps", replay.storedSteps)
            $0.member("trajectories", replay.trajectories)
            $0.member("bytes", replay.bytes)
            $0.member("ratio", replay.replayRatio)
            $0.member("wantedRatio", replay.replayRatioConfigured)
            $0.member("damaged", replay.damagedTrajectories ?? 0)
            $0.member("samplerWaited", replay.samplerWaitedSeconds)
            $0.member("actorsWaited", replay.actorsWaitedSeconds)
            $0.member("oldest", age(of: replay.agentSteps - replay.storedSteps))
            $0.member("newest", age(of: replay.agentSteps))
        }
    }

    /// Seconds since the run had so many agent steps; nil where that is not known.
    private func age(of agentSteps: Int) -> Double? {
        guard let updated else { return nil }
        let first = insertions.points.first
        let time = insertions.value(at: max(Double(agentSteps), first?.steps ?? 0))
        return time.map { max(0, updated - $0) }
    }

    private func writeStaleness(to json: inout JSONText) {
        json.key("staleness")
        json.object {
            $0.member("mean", staleness?.mean)
            $0.member("maximum", staleness?.maximum)
            $0.member("aboveLimit", staleness?.aboveLimit ?? 0)
            $0.member("replayed", training?.replayedStaleness)
        }
    }

    private func writeProcess(to json: inout JSONText) {
        guard let process else { return }
        json.key("process")
        json.object {
            $0.member("memory", process.residentBytes)
            $0.member("processor", process.processorSeconds)
            $0.member("threads", process.threads)
            $0.member("descriptors", process.descriptors)
        }
    }

    // MARK: Actors

    /// A row for each actor: name, connected, steps, steps/s, versions behind, failures, restarts, credit, latency, why it
    /// left.
    func writeActors(to json: inout JSONText) {
        json.array { json in
            for actor in actors.values { write(actor.measurement, to: &json) }
        }
    }

    private func write(_ actor: ActorMeasurement, to json: inout JSONText) {
        json.array {
            $0.string(actor.actor)
            $0.number(actor.connected ? 1 : 0)
            $0.number(Double(actor.environmentSteps))
            $0.number(actor.stepsPerSecond)
            $0.number(actor.staleness)
            $0.number(actor.failures.map(Double.init))
            $0.number(actor.link.restarts.map(Double.init))
            $0.number(actor.link.creditBytes.map(Double.init))
            $0.number(actor.link.latencySeconds)
            $0.string(actor.link.lastEnd)
        }
    }

    // MARK: Curves

    /// All of them, from their beginnings.
    func writeCurves(to json: inout JSONText) {
        json.object { json in
            for (key, curve) in curves { Self.write(curve, named: key, from: 0, to: &json) }
        }
    }

    /// What has changed of them since the last call.
    mutating func writeChanges(to json: inout JSONText) {
        var changes: [(CurveKey, Int)] = []
        for key in curves.keys { if let first = curves[key]?.takeChanges() { changes.append((key, first)) } }
        json.object { json in
            for (key, first) in changes {
                if let curve = curves[key] { Self.write(curve, named: key, from: first, to: &json) }
            }
        }
    }

    /// Generation, number of the first point, and points: agent steps, minutes, value, and where they differ lowest and
    /// highest.
    private static func write(_ curve: Curve, named key: CurveKey, from first: Int, to json: inout JSONText) {
        json.key(key.name)
        json.array { json in
            json.number(curve.generation)
            json.number(first)
            json.array { json in
                for point in curve.points[first...] {
                    json.array { json in
                        json.number(point.steps.rounded())
                        json.number(point.minutes)
                        json.number(point.value)
                        guard point.low < point.high else { return }
                        json.number(point.low)
                        json.number(point.high)
                    }
                }
            }
        }
    }
}
