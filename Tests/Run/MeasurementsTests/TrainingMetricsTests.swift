import Measurements
import Testing

@Suite struct TrainingMetricsTests {
    @Test func valuesComeInTheOrderOfTheirDeclaration() {
        let all = metrics([.entropy: 3, .modelLoss: 1, .imageLoss: 2]).all
        #expect(all.map(\.metric) == [.modelLoss, .imageLoss, .entropy] && all.map(\.value) == [1, 2, 3])
    }

    @Test func keysAreUniqueAndNameTheirMetric() {
        let keys = TrainingMetric.allCases.map(\.key)
        #expect(Set(keys).count == keys.count)
        for metric in TrainingMetric.allCases { #expect(TrainingMetric(stringValue: metric.key) == metric) }
        #expect(TrainingMetric.dynamicsLoss.lossName == "dyn" && TrainingMetric.entropy.lossName == nil)
    }

    @Test func theFirstThatIsNotFiniteIsFound() throws {
        #expect(metrics([.modelLoss: 1]).isFinite && metrics([.modelLoss: 1]).firstNotFinite == nil)
        let bad = metrics([.modelLoss: 1, .criticGradientNorm: .infinity, .rewardLoss: .nan])
        #expect(!bad.isFinite)
        #expect(try #require(bad.firstNotFinite).metric == .rewardLoss)
    }

    @Test func mergingTakesOverWhatIsThere() {
        var merged = metrics([.modelLoss: 1, .actorLoss: 2])
        merged.merge(metrics([.actorLoss: 3, .criticLoss: 4]))
        #expect(merged == metrics([.modelLoss: 1, .actorLoss: 3, .criticLoss: 4]))
    }

    @Test func meansAreOverTheStepsSinceTheLastReport() {
        var means = TrainingMeans()
        #expect(means.take() == TrainingMetrics())
        means.add(metrics([.modelLoss: 1, .entropy: 5]))
        means.add(metrics([.modelLoss: 4, .entropy: 6]))
        #expect(means.take() == metrics([.modelLoss: 2.5, .entropy: 5.5]))
        means.add(metrics([.modelLoss: 7]))
        #expect(means.take() == metrics([.modelLoss: 7]))
    }
}
