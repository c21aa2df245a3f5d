import Diagnostics
import Fields
import Foundation
import Testing

@Suite struct FieldGroupTests {
    enum Color: String, Codable, Sendable { case red, green }

    struct Inner: FieldGroup {
        var share = 0.5
        var limit: Int?

        static let fields: [Field<Inner>] = [
            Field("share", \.share, .share),
            Field("upper_limit", optional: \.limit, .positive),
        ]
    }

    struct Outer: FieldGroup {
        var name = "a"
        var color = Color.red
        var count = 3
        var weight: Float = 0
        var inner = Inner()

        static let fields: [Field<Outer>] =
            [
                Field("name", \.name, Rule("must not be empty") { !$0.isEmpty }),
                Field("color", \.color),
                Field("count", \.count, .within(1...9)),
                Field("weight", \.weight, .notNegative),
            ] + Inner.fields.map { $0.lifted(\Outer.inner) }
    }

    private func decoded(_ json: String) throws -> Outer {
        try JSONDecoder().decode(Outer.self, from: Data(json.utf8))
    }

    @Test func whatIsAbsentKeepsItsDefault() throws {
        #expect(try decoded("{}") == Outer())
        let read = try decoded(#"{"color": "green", "upper_limit": 7, "unknown": 1}"#)
        var expected = Outer()
        (expected.color, expected.inner.limit) = (.green, 7)
        #expect(read == expected)
    }

    @Test func aLiftedFieldStandsBesideTheOthers() throws {
        var group = Outer()
        (group.name, group.inner.limit, group.inner.share) = ("b", 4, 1)
        let data = try JSONEncoder().encode(group)
        let keys = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any]).keys
        #expect(Set(keys) == ["name", "color", "count", "weight", "share", "upper_limit"])
        #expect(try JSONDecoder().decode(Outer.self, from: data) == group)
        group.inner.limit = nil
        #expect(try JSONDecoder().decode(Outer.self, from: JSONEncoder().encode(group)) == group)
    }

    @Test func aValueOfTheWrongKindNamesItsKey() {
        #expect {
            try decoded(#"{"upper_limit": "many"}"#)
        } throws: { error in
            guard case DecodingError.typeMismatch(_, let context) = error else { return false }
            return context.codingPath.map(\.stringValue) == ["upper_limit"]
        }
    }

    @Test(arguments: [
        (#"{"name": ""}"#, "outer.name must not be empty"),
        (#"{"count": 10}"#, "outer.count must be between 1 and 9, got 10"),
        (#"{"weight": -2}"#, "outer.weight must not be negative, got -2"),
        (#"{"share": 1.5}"#, "outer.share must be between 0 and 1, got 1.5"),
        (#"{"upper_limit": 0}"#, "outer.upper_limit must be positive, got 0"),
    ])
    func aRuleThatIsBrokenIsSaid(json: String, message: String) throws {
        try Outer().checkFields(of: "outer")
        let error = #expect(throws: UserError.self) { try decoded(json).checkFields(of: "outer") }
        #expect(error?.message == message)
    }

    @Test func differencesAndAssignmentsUseTheKeys() {
        var group = Outer()
        (group.count, group.inner.limit) = (5, 2)
        #expect(
            group.differences(from: Outer()) == [
                "count was 3, is now 5", "upper_limit was not set, is now 2",
            ])
        #expect(Outer().differences(from: group).last == "upper_limit was 2, is now not set")
        #expect(
            group.assignments(of: Array(Outer.fields.prefix(3)), in: "o") == ["o.name=a", "o.color=red", "o.count=5"])
        #expect(Outer().assignments(of: Outer.fields, in: "o").count == 5, "what is not set is left out")
    }
}
