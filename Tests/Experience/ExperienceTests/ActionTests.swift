import Experience
import Testing

@Suite struct ActionTests {
    @Test func aDiscreteActionIsOneHot() {
        #expect(Action.oneHot(2, of: 4).vector == [0, 0, 1, 0])
        #expect(Action.none(3).vector == [0, 0, 0])
        for index in 0..<5 { #expect(Action.oneHot(index, of: 5).index == index) }
    }

    @Test func spacesSayHowLongAnActionIs() {
        #expect(ActionSpace.discrete(6).count == 6 && ActionSpace.discrete(6).isDiscrete)
        #expect(ActionSpace.continuous(2).count == 2 && !ActionSpace.continuous(2).isDiscrete)
    }

    @Test func anActionOutsideItsSpaceTraps() async {
        await #expect(processExitsWith: .failure) { _ = Action.oneHot(4, of: 4) }
    }
}
