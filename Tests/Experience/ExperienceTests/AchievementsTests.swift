import Experience
import Testing

@Suite struct AchievementsTests {
    private let all = ["a", "b", "c"]

    @Test func namesAreBitsInTheOrderOfTheList() {
        let seen = Achievements(["c", "a", "other"], of: all)
        #expect(seen.bits == 0b101 && seen.names(of: all) == ["a", "c"])
        #expect(Achievements().names(of: all).isEmpty)
    }

    /// What comes from elsewhere may have bits that mean nothing.
    @Test func bitsBeyondTheListMeanNothing() {
        #expect(Achievements(bits: .max).names(of: all) == all)
        let many = (0..<64).map { "\($0)" }
        #expect(Achievements(["63"], of: many).bits == 1 << 63)
        #expect(Achievements(bits: 1 << 63).names(of: many) == ["63"])
    }
}
