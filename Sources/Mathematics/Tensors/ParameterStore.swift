import CKernels
import Diagnostics
import Foundation
import Glibc

/// All parameters of an agent with their gradients and Adam's moments, one block of memory for each group, so that an
/// optimiser's step is one pass.
public final class ParameterStore {
    public typealias Entry = ParameterDeclarations.Entry

    private let declarations: ParameterDeclarations
    private let indices: [String: Int]
    /// Steps each optimiser has taken: Adam's bias corrections need them.
    public var optimizerSteps: [ParameterGroup: Int] = [:]

    private var memories: [LargeMemory] = []

    /// Makes room for what is declared; nothing can be declared afterwards. All values start at zero.
    /// - Parameter backing: whether there is memory behind the values.
    public init(_ declarations: ParameterDeclarations, backing: Backing = .memory) {
        self.declarations = declarations
        indices = Dictionary(
            uniqueKeysWithValues: declarations.specifications.enumerated().map { ($0.element.name, $0.offset) })
        declarations.seal()
        for (group, block) in declarations.blocks {
            let count = block.pointee.count
            block.pointee.value = zeros(count, backing)
            // Only trained groups have gradients and moments.
            guard group.isTrained else { continue }
            block.pointee.gradient = zeros(count, backing)
            block.pointee.mean = zeros(count, backing)
            block.pointee.square = zeros(count, backing)
        }
    }

    /// A store of parameters that no layer declares.
    public convenience init(_ specifications: [ParameterSpecification]) {
        let declarations = ParameterDeclarations()
        for specification in specifications { declarations.declare(specification) }
        self.init(declarations)
    }

    deinit {
        for memory in memories { memory.free() }
    }

    /// In the order of declaration.
    public var entries: [Entry] { declarations.entries }

    public subscript(name: String) -> Parameter {
        guard let index = indices[name] else { preconditionFailure("no parameter is called \(name)") }
        return entries[index].parameter
    }

    /// Whether any parameter belongs to `group`.
    public func holds(_ group: ParameterGroup) -> Bool { declarations.whole(group) != nil }

    /// All parameters of a trained group as one vector.
    private func trained(_ group: ParameterGroup) -> Parameter {
        guard group.isTrained, let whole = declarations.whole(group) else {
            preconditionFailure("no trained parameters belong to group \(group.rawValue)")
        }
        return whole
    }

    private func zeros(_ count: Int, _ backing: Backing) -> UnsafeMutablePointer<Float> {
        guard let memory = LargeMemory(count * MemoryLayout<Float>.stride, backing) else {
            SystemLimit.end("there is no room for \(count) parameters", code: ENOMEM)
        }
        memories.append(memory)
        if backing == .memory { memset(memory.base, 0, count * MemoryLayout<Float>.stride) }
        return memory.base.bindMemory(to: Float.self, capacity: count)
    }
}

// MARK: - Initialisation

extension ParameterStore {
    /// Fills every parameter as its specification says, in order, from one stream.
    public func initialize(_ random: inout RandomStream) {
        for entry in entries {
            let value = entry.parameter.value
            switch entry.specification.initialization {
            case .zero: value.fill(0)
            case .one: value.fill(1)
            case .hidden:
                // 0.8796 is the deviation of a standard normal cut at ±2.
                let deviation = (1 / entry.specification.meanFan).squareRoot() / 0.879_625_66
                for index in 0..<value.count { value[index] = deviation * Self.truncatedNormal(&random) }
            case .output:
                let limit = (3 / entry.specification.meanFan).squareRoot()
                for index in 0..<value.count { value[index] = limit * (2 * random.uniform() - 1) }
            }
        }
    }

    private static func truncatedNormal(_ random: inout RandomStream) -> Float {
        while true {
            let sample = random.normal()
            if abs(sample) <= 2 { return sample }
        }
    }

    /// Copies the values of every parameter under `source` to the one of the same name under `target`.
    public func copy(_ source: String, to target: String) {
        for pair in pairs(source, target) { pair.target.value.copy(from: pair.source.value) }
    }

    /// The parameters under two roots that have the same name otherwise.
    public func pairs(_ source: String, _ target: String) -> [(source: Parameter, target: Parameter)] {
        entries.filter { $0.specification.name.hasPrefix(target + ".") }.map { entry in
            (self[source + entry.specification.name.dropFirst(target.count)], entry.parameter)
        }
    }
}

extension Parameter {
    /// Moves towards `source`: decay · self + (1 − decay) · source.
    public func average(_ source: Parameter, decay: Float, pool: ThreadPool) {
        pool.run(value.count, grain: 20_000) { _, lo, hi in
            dk_exponential_average(hi - lo, decay, source.value.data + lo, value.data + lo)
        }
    }
}

// MARK: - Optimiser

/// Adam's numbers for one group (β₁ 0.9, β₂ 0.999).
public struct AdamSettings: Sendable {
    public var learningRate: Float
    public var epsilon: Float
    /// Largest norm of the whole group's gradient.
    public var clip: Float

    public init(learningRate: Float, epsilon: Float, clip: Float) {
        self.learningRate = learningRate
        self.epsilon = epsilon
        self.clip = clip
    }
}

extension ParameterStore {
    /// The gradient of a trained group in one row, as it lies in memory.
    public func gradients(of group: ParameterGroup) -> Tensor { trained(group).gradient }

    public func zeroGradients(_ group: ParameterGroup, pool: ThreadPool) {
        let gradient = trained(group).gradient
        pool.run(gradient.count, grain: 20_000) { _, lo, hi in
            (gradient.data + lo).update(repeating: 0, count: hi - lo)
        }
    }

    /// Euclidean norm of the group's gradient.
    public func gradientNorm(_ group: ParameterGroup, pool: ThreadPool) -> Float {
        let gradient = trained(group).gradient
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: pool.threads) { sums in
            sums.initialize(repeating: 0)
            // Safe: the loop ends before this scope does, and each part writes to its own place.
            let partial = sums.baseAddress!
            pool.run(gradient.count, grain: 20_000) { part, lo, hi in
                dk_sum_squares(hi - lo, gradient.data + lo, partial + part)
            }
            return Float(sums.reduce(0, +).squareRoot())
        }
    }

    /// One step of Adam with the gradient scaled down to at most `settings.clip`.
    /// - Parameter norm: the gradient's norm, as `gradientNorm` gives it.
    public func step(_ group: ParameterGroup, _ settings: AdamSettings, norm: Float, pool: ThreadPool) {
        let all = trained(group)
        let (value, gradient, mean, square) = (all.value.data, all.gradient.data, all.mean.data, all.square.data)
        let steps = optimizerSteps[group, default: 0] + 1
        optimizerSteps[group] = steps
        let clip = min(1, settings.clip / (norm + 1e-6))
        let meanCorrection = 1 - pow(0.9, Double(steps))
        let squareCorrection = 1 - pow(0.999, Double(steps))
        let stepSize = Float(Double(settings.learningRate) / meanCorrection)
        let root = Float(1 / squareCorrection.squareRoot())
        pool.run(all.columns, grain: 20_000) { _, lo, hi in
            dk_adam(
                hi - lo, value + lo, gradient + lo, mean + lo, square + lo, clip, stepSize, root, settings.epsilon)
        }
    }
}

// MARK: - Archives

extension ParameterStore {
    /// What of a parameter is archived.
    public enum Part: String, CaseIterable, Sendable {
        case value, gradient, mean, square
    }

    private func tensor(_ entry: Entry, _ part: Part) -> Tensor {
        switch part {
        case .value: entry.parameter.value
        case .gradient: entry.parameter.gradient
        case .mean: entry.parameter.mean
        case .square: entry.parameter.square
        }
    }

    /// The elements of a parameter in the archive's order.
    public func archived(_ name: String, _ part: Part = .value) -> [Float] {
        let entry = entries[indices[name]!]
        let source = tensor(entry, part)
        return (0..<entry.specification.count).map { source.data[entry.specification.position($0)] }
    }

    /// Sets a parameter from elements in the archive's order.
    public func restore(_ name: String, _ part: Part = .value, from values: [Float]) {
        let entry = entries[indices[name]!]
        precondition(values.count == entry.specification.count, "\(values.count) values do not fill \(name)")
        let target = tensor(entry, part)
        for (index, value) in values.enumerated() { target.data[entry.specification.position(index)] = value }
    }

    /// All values of `group` in one row, as they lie in memory; nil where no parameter belongs to it.
    public func values(of group: ParameterGroup) -> Tensor? {
        declarations.whole(group)?.value
    }

    /// All of `group` that training changes, each kind in one row as it lies in memory: values and, where optimisers step them,
    /// both moments.
    public func rows(of group: ParameterGroup) -> [Tensor] {
        guard let whole = declarations.whole(group) else { return [] }
        return group.isTrained ? [whole.value, whole.mean, whole.square] : [whole.value]
    }

    /// Names of the trained parameters, those that have gradients and moments.
    public var trainedNames: [String] {
        entries.filter { $0.specification.group.isTrained }.map(\.specification.name)
    }

    public var names: [String] { entries.map(\.specification.name) }
}
