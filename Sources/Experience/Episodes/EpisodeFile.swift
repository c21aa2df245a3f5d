import Experience
import Foundation

/// Steps as DreamerV3 keeps them in a file of NumPy arrays (.npz), with time in front: `image` [T, height, width, channels] of bytes,
/// numbers beside it [T, …], `action` [T, actions] or, where there is one choice, its number [T], `reward`, `is_first`, `is_last`,
/// `is_terminal` [T].
///
/// There a step's action is the one that was chosen when it was seen; here it is the one that led to it. An episode's last step has
/// none there, and its first none here.
public enum EpisodeFile {
    private typealias Arrays = [String: NumpyArray]

    // MARK: Reading

    /// The steps of a file. Its first step is the first of an episode, or of a part of one: what led to it is not known.
    ///
    /// - Parameters:
    ///   - shape: that they must have.
    ///   - vectors: arrays that are the observed numbers, joined in this order.
    /// - Throws: one line that names the file and what does not fit.
    public static func read(
        _ path: String, shape: StepShape, vectors: [String]
    ) throws(EpisodeFileError) -> Trajectory {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw EpisodeFileError("\(path) cannot be read")
        }
        do throws(EpisodeFileError) {
            return try steps(of: try arrays([UInt8](bytes)), shape, vectors)
        } catch {
            throw EpisodeFileError("\(path): \(error.message)")
        }
    }

    private static func arrays(_ bytes: [UInt8]) throws(EpisodeFileError) -> Arrays {
        guard let file = ZipFile(bytes) else { throw EpisodeFileError("this is no .npz file, or it is cut off") }
        var arrays: Arrays = [:]
        for entry in file.entries where entry.name.hasSuffix(".npy") {
            let name = String(entry.name.dropLast(4))
            guard let content = file.content(of: entry) else {
                throw EpisodeFileError("\(name) is damaged, or packed in another way than NumPy does")
            }
            do throws(EpisodeFileError) { arrays[name] = try NumpyArray(file: content) } catch {
                throw EpisodeFileError("\(name) \(error.message)")
            }
        }
        return arrays
    }

    private static func steps(
        of arrays: Arrays, _ shape: StepShape, _ vectors: [String]
    ) throws(EpisodeFileError) -> Trajectory {
        let rewards = try floats("reward", arrays, [])
        let count = rewards.count
        guard count > 0 else { throw EpisodeFileError("there are no steps in it") }
        var steps = Trajectory(shape)
        steps.rewards = rewards
        steps.images = try images(arrays, shape.image, count)
        steps.vectors = try numbers(vectors, arrays, shape.vectorCount, count)
        steps.flags = try flags(arrays, count)
        steps.actions = led(to: steps.flags, try actions(arrays, shape.actionCount, count), shape.actionCount)
        steps.policyVersions = [UInt64](repeating: 0, count: count)
        return steps
    }

    /// An array whose first dimension is time, as numbers.
    /// - Parameter dimensions: the others.
    private static func floats(
        _ name: String, _ arrays: Arrays, _ dimensions: [Int]?, count: Int? = nil
    ) throws(EpisodeFileError) -> [Float] {
        guard let array = arrays[name] else {
            throw EpisodeFileError("there is no \(name): it holds \(arrays.keys.sorted().joined(separator: ", "))")
        }
        let fits = array.shape.first.map { $0 == count ?? $0 } ?? false
        guard fits, dimensions.map({ Array(array.shape.dropFirst()) == $0 }) ?? true else {
            throw EpisodeFileError("\(name) has the shape \(array.shape), which does not fit")
        }
        let values = array.floats
        guard values.allSatisfy(\.isFinite) else { throw EpisodeFileError("\(name) holds a value that is no number") }
        return values
    }

    private static func images(
        _ arrays: Arrays, _ shape: ImageShape, _ count: Int
    ) throws(EpisodeFileError) -> [UInt8] {
        guard shape != .none else { return [] }
        let wanted = [count, shape.height, shape.width, shape.channels]
        guard let image = arrays["image"] else {
            throw EpisodeFileError("there is no image, of which the run has \(shape)")
        }
        guard image.kind == .uint8, image.shape == wanted else {
            throw EpisodeFileError("image is \(image.kind.rawValue) \(image.shape), the run has |u1 \(wanted)")
        }
        return image.bytes
    }

    /// Arrays side by side.
    private static func numbers(
        _ names: [String], _ arrays: Arrays, _ width: Int, _ count: Int
    ) throws(EpisodeFileError) -> [Float] {
        guard width > 0 else { return [] }
        var columns: [[Float]] = []
        for name in names { columns.append(try floats(name, arrays, nil, count: count)) }
        let widths = columns.map { $0.count / count }
        guard widths.reduce(0, +) == width else {
            throw EpisodeFileError(
                "\(names.joined(separator: ", ")) have \(widths.reduce(0, +)) numbers a step, the run has \(width): --vector names "
                    + "the arrays that it observes")
        }
        return (0..<count).flatMap { step in
            zip(columns, widths).flatMap { $0[step * $1..<(step + 1) * $1] }
        }
    }

    private static func actions(
        _ arrays: Arrays, _ width: Int, _ count: Int
    ) throws(EpisodeFileError) -> [Float] {
        let values = try floats("action", arrays, nil, count: count)
        if values.count == count * width, arrays["action"]?.shape.count == 2 { return values }
        guard values.count == count else {
            throw EpisodeFileError("action has \(values.count / count) numbers a step, the run has \(width)")
        }
        var actions = [Float](repeating: 0, count: count * width)
        for (step, choice) in values.enumerated() {
            guard let place = Int(exactly: choice), (0..<width).contains(place) else {
                throw EpisodeFileError("action is \(choice), the run has choices 0 to \(width - 1)")
            }
            actions[step * width + place] = 1
        }
        return actions
    }

    /// What led to each step, from what was chosen at each.
    private static func led(to flags: [StepFlags], _ chosen: [Float], _ width: Int) -> [Float] {
        var actions = [Float](repeating: 0, count: width) + chosen.dropLast(width)
        for (step, flags) in flags.enumerated() where flags.contains(.first) {
            for place in step * width..<(step + 1) * width { actions[place] = 0 }
        }
        return actions
    }

    private static func flags(_ arrays: Arrays, _ count: Int) throws(EpisodeFileError) -> [StepFlags] {
        let first = try floats("is_first", arrays, [], count: count)
        let terminal = try floats("is_terminal", arrays, [], count: count)
        let last = arrays["is_last"] == nil ? terminal : try floats("is_last", arrays, [], count: count)
        return (0..<count).map { step in
            let endsHere = step + 1 < count && first[step + 1] != 0
            var flags: StepFlags = []
            if step == 0 || first[step] != 0 { flags.insert(.first) }
            if last[step] != 0 || terminal[step] != 0 || endsHere { flags.insert(.last) }
            if terminal[step] != 0 { flags.insert(.terminal) }
            return flags
        }
    }

    // MARK: Writing

    /// The file of an episode, or of a part of one; the numbers are its array `vector`.
    public static func bytes(of steps: Trajectory) -> [UInt8] {
        let (count, shape) = (steps.count, steps.shape)
        var arrays: [(String, NumpyArray)] = []
        if shape.image != .none {
            let image = shape.image
            arrays.append(
                ("image", NumpyArray(steps.images, [count, image.height, image.width, image.channels])))
        }
        if shape.vectorCount > 0 {
            arrays.append(("vector", NumpyArray(steps.vectors, [count, shape.vectorCount])))
        }
        let width = shape.actionCount
        let chosen = steps.actions.dropFirst(width) + [Float](repeating: 0, count: width)
        arrays.append(("action", NumpyArray(Array(chosen), [count, width])))
        arrays.append(("reward", NumpyArray(steps.rewards, [count])))
        for (name, flag) in [("is_first", StepFlags.first), ("is_last", .last), ("is_terminal", .terminal)] {
            arrays.append((name, NumpyArray(steps.flags.map { $0.contains(flag) })))
        }
        return ZipFile.bytes(of: arrays.map { ($0.0 + ".npy", $0.1.file) })
    }
}
