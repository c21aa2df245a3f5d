/// What each key means and its unit, as the page about the configuration says: it is a part of the program.
struct KeyMeanings {
    struct Meaning: Equatable {
        let unit: String
        /// In one line.
        let text: String
    }

    /// By path.
    let all: [String: Meaning]

    init() { self.init(page: String(decoding: PackageResources.configuration_md, as: UTF8.self)) }

    /// - Parameter page: with tables whose rows are path, type, default, unit and meaning.
    init(page: String) {
        var all: [String: Meaning] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.drop { $0 == " " } }
            guard cells.count >= 5, let path = cells[0].wholeMatch(of: /`([a-z_.]+)` */)?.1, path.contains(".") else {
                continue
            }
            let text = cells[4...].joined(separator: "|").replacing("`", with: "")
            all[String(path)] = Meaning(
                unit: String(cells[3].reversed().drop { $0 == " " }.reversed()),
                text: String(text.reversed().drop { $0 == " " }.reversed()))
        }
        self.all = all
    }
}
