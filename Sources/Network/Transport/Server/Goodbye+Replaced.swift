import Wire

extension Goodbye {
    /// What an older connection of an actor hears when a newer one takes its name.
    ///
    /// To another process that is final. A process that hears it of itself goes on: its greeting over a slow connection, which
    /// it had given up, has come after the one over the next.
    static func replaced(_ incarnation: UInt64?, by newer: Hello) -> Goodbye {
        incarnation == newer.incarnation
            ? Goodbye(.shutdown, "another connection of this process has come later")
            : Goodbye(.replaced, "a newer connection uses the name \(newer.actor)")
    }
}
