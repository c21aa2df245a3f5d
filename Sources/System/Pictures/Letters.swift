/// An alphabet of 3 × 5 dots, enough to label rows of pictures. Small letters look like capitals.
enum Letters {
    static let width = 3
    static let height = 5
    /// From one letter's left edge to the next.
    static let advance = 4

    /// Each row of a letter from the top, its dots as three bits; a box for what there is no letter for.
    static func rows(of letter: Character) -> [UInt8] {
        (shapes[Character(letter.uppercased())] ?? "75557").utf8.map { $0 - UInt8(ascii: "0") }
    }

    /// A digit from 0 to 7 a row.
    private static let shapes: [Character: String] = [
        " ": "00000", "A": "25755", "B": "65656", "C": "34443", "D": "65556", "E": "74647", "F": "74644", "G": "34553",
        "H": "55755", "I": "72227", "J": "11152", "K": "55655", "L": "44447", "M": "57755", "N": "65555", "O": "25552",
        "P": "65644", "Q": "25563", "R": "65655", "S": "34216", "T": "72222", "U": "55557", "V": "55552", "W": "55775",
        "X": "55255", "Y": "55222", "Z": "71247", "0": "75557", "1": "26227", "2": "61247", "3": "61216", "4": "55711",
        "5": "74616", "6": "34757", "7": "71222", "8": "75757", "9": "75716", ".": "00002", ",": "00024", ":": "02020",
        "-": "00700", "−": "00700", "+": "02720", "=": "07070", "/": "11244", "'": "22000", "′": "22000", "(": "12221",
        ")": "42224", "%": "51245", "|": "22222", "_": "00007",
    ]
}
