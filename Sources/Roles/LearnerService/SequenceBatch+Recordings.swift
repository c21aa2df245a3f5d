import Experience
import Replay
import Visions

extension SequenceBatch {
    /// Of each sequence the longest part that lies within one episode.
    func recordings() -> [Recording] {
        withColumns { columns in (0..<columns.shape.sequences).map { columns.recording($0) } }
    }
}

extension SequenceBatch.Columns {
    fileprivate func recording(_ sequence: Int) -> Recording {
        let steps = longestPart(sequence)
        let begins = isFirst[steps.lowerBound * shape.sequences + sequence] != 0
        return Recording(
            // The first of the frames stands before the steps.
            before: begins ? nil : image(steps.lowerBound, sequence),
            steps: steps.map { step in
                let row = step * shape.sequences + sequence
                return Recording.Step(
                    image: image(step + 1, sequence), vector: values(vectors, row, replay.vectorCount),
                    action: values(actions, row, replay.actionCount))
            })
    }

    private func longestPart(_ sequence: Int) -> Range<Int> {
        let starts = (1..<shape.length).filter { isFirst[$0 * shape.sequences + sequence] != 0 }
        let ends = starts + [shape.length]
        return zip([0] + starts, ends).map { $0..<$1 }.max { $0.count < $1.count } ?? 0..<shape.length
    }

    private func image(_ frame: Int, _ sequence: Int) -> [UInt8] {
        let start = (frame * shape.sequences + sequence) * replay.image.count
        return Array(images[start..<start + replay.image.count])
    }

    private func values(_ column: UnsafeMutableBufferPointer<Float>, _ row: Int, _ count: Int) -> [Float] {
        Array(column[row * count..<(row + 1) * count])
    }
}
