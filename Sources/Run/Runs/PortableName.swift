/// Names of A–Z a–z 0–9 . _ - alone, as POSIX calls portable: those of directories and actors.
public enum PortableName {
    /// `text` with a dash in place of each other character.
    public static func of(_ text: String) -> String {
        String(text.map { isPortable($0) ? $0 : "-" })
    }

    private static func isPortable(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }
}
