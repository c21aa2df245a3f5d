/// An element of XML or HTML, written without white space of its own.
struct Markup: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case element(Markup)
        case text(String)
    }

    var name: String
    var attributes: [(name: String, value: String)]
    var content: [Content]

    init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []) {
        self.name = name
        self.attributes = attributes.map { ($0.key, $0.value) }
        content = children.map { .element($0) }
    }

    init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
        self.name = name
        self.attributes = attributes.map { ($0.key, $0.value) }
        content = [.text(text)]
    }

    static func == (a: Markup, b: Markup) -> Bool { a.text == b.text }

    var text: String {
        let start = attributes.reduce("<" + name) { $0 + " \($1.name)=\"\($1.value.escaped)\"" }
        // The one element of HTML here that has no end.
        if name == "meta" { return start + ">" }
        let inner = content.map { content in
            switch content {
            case .element(let element): element.text
            // Style sheets of ours hold no character that XML and HTML would read differently.
            case .text(let text): name == "style" ? text : text.escaped
            }
        }
        return start + ">" + inner.joined() + "</\(name)>"
    }
}

extension String {
    /// With the characters replaced that mean something in XML. Control characters, which it cannot hold, are left out.
    fileprivate var escaped: String {
        var escaped = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
