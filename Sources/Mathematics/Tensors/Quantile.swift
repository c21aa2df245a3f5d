extension Tensor {
    /// The value below which `fraction` of all elements lie, between neighbours in order by linear interpolation.
    /// Elements change places.
    public func quantile(_ fraction: Double) -> Float {
        let position = fraction * Double(count - 1)
        let below = Int(position)
        let lower = select(below)
        guard below + 1 < count else { return lower }
        let data = data
        // All that follows the selected element is no smaller.
        var upper = data[below + 1]
        for index in below + 1..<count { upper = min(upper, data[index]) }
        return lower + Float(position - Double(below)) * (upper - lower)
    }

    /// Puts the element that `rank` smaller or equal ones go before in its place (Hoare's selection).
    private func select(_ rank: Int) -> Float {
        let data = data
        var (first, last) = (0, count - 1)
        while first < last {
            let pivot = data[(first + last) / 2]
            var (left, right) = (first, last)
            while left <= right {
                while data[left] < pivot { left += 1 }
                while data[right] > pivot { right -= 1 }
                guard left <= right else { break }
                (data[left], data[right]) = (data[right], data[left])
                left += 1
                right -= 1
            }
            if rank <= right { last = right } else if rank >= left { first = left } else { break }
        }
        return data[rank]
    }
}
