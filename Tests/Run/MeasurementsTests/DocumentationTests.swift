import Foundation
import Measurements
import TestSupport
import Testing

/// `docs/metrics.md` says what the program writes.
@Suite struct DocumentationTests {
    private let page: String

    init() throws {
        page = try Repository.text("docs/metrics.md")
    }

    private static func fields(_ kind: RunMeasurement.Kind) throws -> [FieldProbe.Field] {
        switch kind {
        case .start: try FieldProbe.fields(of: StartMeasurement.self)
        case .budget: try FieldProbe.fields(of: BudgetMeasurement.self)
        case .picture: try FieldProbe.fields(of: PictureMeasurement.self)
        case .heldOut: try FieldProbe.fields(of: HeldOutMeasurement.self)
        case .progress: try FieldProbe.fields(of: ProgressMeasurement.self)
        case .training: try FieldProbe.fields(of: TrainingMeasurement.self)
        case .replay: try FieldProbe.fields(of: ReplayMeasurement.self)
        case .actor: try FieldProbe.fields(of: ActorMeasurement.self)
        case .episode: try FieldProbe.fields(of: EpisodeMeasurement.self)
        case .staleness: try FieldProbe.fields(of: StalenessMeasurement.self)
        case .evaluation: try FieldProbe.fields(of: EvaluationMeasurement.self)
        case .evaluator: try FieldProbe.fields(of: EvaluatorMeasurement.self)
        case .process: try FieldProbe.fields(of: ProcessMeasurement.self)
        }
    }

    /// The rows of the table below the heading of a kind: key, type, unit, meaning.
    private func rows(_ kind: RunMeasurement.Kind) throws -> [[String]] {
        let section = try #require(page.components(separatedBy: "\n## `\(kind.rawValue)`").dropFirst().first, "\(kind)")
        return section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { row in row.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
            }
    }

    @Test(arguments: RunMeasurement.Kind.allCases) func everyFieldIsDocumented(kind: RunMeasurement.Kind) throws {
        let documented = try rows(kind).map { FieldProbe.Field(key: $0[0], type: $0[1]) }
        // Classes of staleness stand in one row; metrics that an agent does not have and parts of a step that were not measured
        // are absent, not null.
        var actual = try Self.fields(kind).filter { !$0.key.hasPrefix("from_") }.map { field in
            TrainingMetric(stringValue: field.key) == nil && StepPart(stringValue: field.key) == nil
                ? field : FieldProbe.Field(key: field.key, type: "a number, or absent")
        }
        if kind == .staleness { actual.append(FieldProbe.Field(key: "from_N", type: "a whole number, or absent")) }
        for field in actual { #expect(documented.contains(field), "\(field)") }
        for field in documented { #expect(actual.contains(field), "\(field)") }
        #expect(documented.count == actual.count)
    }

    @Test(arguments: RunMeasurement.Kind.allCases) func everyFieldHasAUnitAndAMeaning(kind: RunMeasurement.Kind) throws
    {
        for row in try rows(kind) { #expect(row.count == 4 && row.allSatisfy { !$0.isEmpty }, "\(row)") }
    }

    @Test func noOtherKindIsDocumented() {
        let headings = page.matches(of: /\n## `([a-z_]+)`/).map { String($0.output.1) }
        #expect(Set(headings) == Set(RunMeasurement.Kind.allCases.map(\.rawValue)))
        #expect(headings.count == RunMeasurement.Kind.allCases.count)
    }

    /// The page's example lines are what the program reads and would write again.
    @Test func theExamplesAreLines() throws {
        let examples = page.split(separator: "\n").filter { $0.hasPrefix("{") }
        #expect(examples.count >= 2)
        for line in examples { #expect(MeasurementRecord(json: line.utf8)?.json == String(line), "\(line)") }
    }
}
