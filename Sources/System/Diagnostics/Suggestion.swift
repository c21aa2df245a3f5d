/// The sentences that help a person who wrote a name that does not exist.
package enum Suggestion {
    /// "unknown key replay.prefil (did you mean prefill?); known keys of replay: capacity, prefill".
    ///
    /// - Parameters:
    ///   - name: what was written, as the message shows it.
    ///   - looksLike: the part of `name` that is compared with the known ones.
    ///   - listedAs: what the list of known names is called.
    package static func unknown(
        _ thing: String, _ name: String, looksLike: String? = nil, known: [String], listedAs: String? = nil
    ) -> String {
        let hint = nearest(to: looksLike ?? name, among: known).map { " (did you mean \($0)?)" } ?? ""
        return "unknown \(thing) \(name)\(hint); known \(listedAs ?? thing + "s"): \(known.joined(separator: ", "))"
    }

    /// The known name that needs the fewest edits, if that is few enough to be a likely slip.
    package static func nearest(to name: String, among known: [String]) -> String? {
        let distances = known.map { (name: $0, distance: editDistance(name.lowercased(), $0.lowercased())) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, name.count / 3) ? best.name : nil
    }

    /// Levenshtein's distance: insertions, deletions and substitutions of one character.
    package static func editDistance(_ first: String, _ second: String) -> Int {
        let columns = Array(second)
        var row = Array(0...columns.count)
        for (i, character) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in columns.enumerated() {
                let substitution = diagonal + (character == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[columns.count]
    }
}
