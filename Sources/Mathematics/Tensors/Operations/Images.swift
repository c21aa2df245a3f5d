import CKernels

extension Tape {
    /// Squared error summed over the pixels of each image [images, 1]. The gradient is added at once.
    /// - Parameters:
    ///   - prediction: [images, pixels] in [0, 1].
    ///   - target: bytes [images, pixels].
    ///   - coefficient: what each image's loss counts in the total that is differentiated.
    public func imageLoss(_ prediction: Variable, target: Bytes, coefficient: Float) -> Tensor {
        precondition(
            prediction.value.count == target.count, "\(target.count) bytes for \(prediction.value.count) pixels")
        let loss = tensor(prediction.rows)
        let pixels = prediction.columns
        let gradient = gradient(prediction)
        run(prediction.rows) { _, lo, hi in
            dk_image_loss(
                hi - lo, pixels, prediction.value.data + lo * pixels, target.data + lo * pixels, coefficient,
                loss.data + lo, gradient.map { $0 + lo * pixels })
        }
        return loss
    }

    /// Squared error summed over the values of each row [rows, 1]. The gradient is added at once.
    /// - Parameters: prediction, target: [rows, values]; coefficient: as in `imageLoss`.
    public func squaredError(_ prediction: Variable, target: Tensor, coefficient: Float) -> Tensor {
        precondition(
            prediction.rows == target.rows && prediction.columns == target.columns,
            "[\(target.rows), \(target.columns)] for [\(prediction.rows), \(prediction.columns)]")
        let loss = tensor(prediction.rows)
        let width = prediction.columns
        let gradient = gradient(prediction)
        run(prediction.rows, grain: rowGrain(width)) { _, lo, hi in
            for row in lo..<hi {
                var sum: Float = 0
                for index in row * width..<(row + 1) * width {
                    let distance = prediction.value.data[index] - target.data[index]
                    sum += distance * distance
                    gradient?[index] += 2 * coefficient * distance
                }
                loss.data[row] = sum
            }
        }
        return loss
    }

    /// Divergence of the distributions of inter-frame differences [(time − 1) · batch, 1], zero where the later frame
    /// is an episode's first: Σ p log(p / (q + ε) + ε) with p and q the softmax over all pixels of the predicted and
    /// the true difference, over the temperature. The gradient is added at once.
    /// - Parameters:
    ///   - prediction: [time · batch, pixels], time-major.
    ///   - target: bytes of the same shape.
    ///   - first: [time · batch].
    ///   - coefficient: what each pair's value counts in the total that is differentiated.
    public func differenceDivergence(
        _ prediction: Variable, target: Bytes, first: Bytes, batch: Int, temperature: Float, epsilon: Float,
        coefficient: Float
    ) -> Tensor {
        let loss = tensor(prediction.rows - batch)
        let pixels = prediction.columns
        let gradient = gradient(prediction)
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let room = scratch.allocate(Float.self, 2 * pixels * pool.threads)
        // Threads share sequences, not pairs: two pairs in a row add to the gradient of the same frame.
        run(batch) { part, lo, hi in
            for pair in 0..<loss.rows where (lo..<hi).contains(pair % batch) {
                // A pair is a frame and the one `batch` rows later: the same sequence, one step on.
                let (before, now) = (pair * pixels, (pair + batch) * pixels)
                guard first.data[pair + batch] == 0 else {
                    loss.data[pair] = 0
                    continue
                }
                dk_divergence(
                    pixels, prediction.value.data + now, prediction.value.data + before, target.data + now,
                    target.data + before, temperature, epsilon, coefficient, room + part * 2 * pixels,
                    loss.data + pair, gradient.map { $0 + now }, gradient.map { $0 + before })
            }
        }
        return loss
    }
}
