import Synchronization

/// A number that only grows: trajectories stored, bytes sent.
public final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    public var value: Int { count.load(ordering: .relaxed) }

    public func add(_ amount: Int = 1) {
        precondition(amount >= 0, "a counter cannot be lowered by \(-amount)")
        count.wrappingAdd(amount, ordering: .relaxed)
    }
}

/// A number that goes up and down: actors connected, bytes in the cache.
public final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    public func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }
}

/// All counters and gauges of a process by name. Looking one up takes a lock, changing it does not: keep what you use
/// often.
public final class Counters: Sendable {
    /// One number at one moment, as Prometheus describes it.
    public struct Sample: Sendable, Equatable {
        public enum Kind: String, Sendable { case counter, gauge }

        public let name: String
        public let kind: Kind
        /// One sentence with the unit.
        public let help: String
        public let value: Double

        public init(name: String, kind: Kind, help: String, value: Double) {
            self.name = name
            self.kind = kind
            self.help = help
            self.value = value
        }
    }

    private enum Entry {
        case counter(Counter, help: String)
        case gauge(Gauge, help: String)
    }

    private let entries = Mutex<[String: Entry]>([:])

    public init() {}

    /// The counter of this name, made at the first call.
    public func counter(_ name: String, help: String = "") -> Counter {
        Self.check(name)
        return entries.withLock { entries in
            if let entry = entries[name] {
                guard case .counter(let counter, _) = entry else { preconditionFailure("\(name) is a gauge") }
                return counter
            }
            let counter = Counter()
            entries[name] = .counter(counter, help: help)
            return counter
        }
    }

    /// The gauge of this name, made at the first call.
    public func gauge(_ name: String, help: String = "") -> Gauge {
        Self.check(name)
        return entries.withLock { entries in
            if let entry = entries[name] {
                guard case .gauge(let gauge, _) = entry else { preconditionFailure("\(name) is a counter") }
                return gauge
            }
            let gauge = Gauge()
            entries[name] = .gauge(gauge, help: help)
            return gauge
        }
    }

    /// Every number, sorted by name.
    public var samples: [Sample] {
        entries.withLock { $0 }.sorted { $0.key < $1.key }.map { name, entry in
            switch entry {
            case .counter(let counter, let help):
                Sample(name: name, kind: .counter, help: help, value: Double(counter.value))
            case .gauge(let gauge, let help):
                Sample(name: name, kind: .gauge, help: help, value: gauge.value)
            }
        }
    }

    /// Prometheus accepts letters, digits and underscores that do not start with a digit.
    private static func check(_ name: String) {
        let isValid =
            name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
                default: false
                }
            } && name.first.map { !$0.isNumber } == true
        precondition(isValid, "\(name) is no name for a metric")
    }
}
