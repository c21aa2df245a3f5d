import GRDB

extension Row {
    /// The value of a column, of which a damaged disk may have made anything.
    ///
    /// - Throws: `ReplayError.damaged` where it is of another type than it was written with, or outside of `range`.
    func checked<Value: DatabaseValueConvertible & Comparable>(
        _ index: Int, in range: ClosedRange<Value>? = nil
    ) throws(ReplayError) -> Value {
        guard let value = Value.fromDatabaseValue(self[index] as DatabaseValue), range?.contains(value) ?? true else {
            throw ReplayError(.damaged, "a line of the database is damaged: \(self)")
        }
        return value
    }

    /// The same of a column that may be null.
    func checkedOptional<Value: DatabaseValueConvertible & Comparable>(_ index: Int) throws(ReplayError) -> Value? {
        hasNull(atIndex: index) ? nil : try checked(index)
    }

    /// A number that is stored as a signed one.
    func checkedUnsigned(_ index: Int) throws(ReplayError) -> UInt64 {
        UInt64(bitPattern: try checked(index) as Int64)
    }
}
