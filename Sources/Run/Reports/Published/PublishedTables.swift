/// The tables that belong to this module, and what of them belongs to a task.
enum PublishedTables {
    /// Scores of systems, task by task.
    static let scores = [
        table(PackageResources.mudreamer_table_1_csv), table(PackageResources.mudreamer_table_2_csv),
        table(PackageResources.mudreamer_table_4_csv), table(PackageResources.mudreamer_table_12_csv),
        table(PackageResources.dymodreamer_poster_atari_csv), table(PackageResources.dymodreamer_poster_dmc_csv),
        table(PackageResources.dymodreamer_poster_crafter_csv),
    ]
    /// Ablations, a row for each agent.
    static let ablations = table(PackageResources.mudreamer_table_3_csv)
    /// What training costs.
    static let costs = table(PackageResources.mudreamer_table_11_csv)
    /// Random play and a human tester.
    static let humans = table(PackageResources.atari_human_random_csv)

    static var all: [PublishedTable] { scores + [ablations, costs, humans] }

    private static func table(_ bytes: [UInt8]) -> PublishedTable {
        PublishedTable(String(decoding: bytes, as: UTF8.self))
    }

    /// A number of another system.
    struct Number: Sendable, Equatable {
        /// Name of the system as its source has it.
        var name: String
        var value: Double
        var source: String
    }

    /// What others have reached in an environment.
    static func numbers(_ environment: String, setting: String) -> [Number] {
        scores.filter { $0.setting == setting }.flatMap { table in
            table.numbers(environment).map { Number(name: $0.name, value: $0.value, source: table.source) }
        }
    }
}
