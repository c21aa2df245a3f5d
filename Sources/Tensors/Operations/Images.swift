import CKernels

extension Tape {
    /// Squared error summed over the pixels of each image [images, 1].
    /// - Parameters:
    ///   - prediction: [images, pixels] in [0, 1].
    ///   - target: bytes [images, pixels].
    ///   - coefficient: what each image's loss counts in the total that is differentiated.
    public func imageLoss(_ prediction: Variable, target: Bytes, coefficient: Float) -> Tensor {
        precondition(
            prediction.value.count == target.count, "\(target.count) bytes for \(prediction.value.count) pixels")
        let loss = tensor(prediction.rows)
        let pixels = prediction.columns
        pool.run(prediction.rows) { _, lo, hi in
            dk_image_loss_forward(
                hi - lo, pixels, prediction.value.data + lo * pixels, target.data + lo * pixels, loss.data + lo)
        }
        if prediction.isTracked {
            record(ImageLossOperation(prediction: prediction, target: target, coefficient: coefficient))
        }
        return loss
    }

    /// Divergence of the distributions of inter-frame differences [(time − 1) · batch, 1], zero where the later frame
    /// is an episode's first: Σ p log(p / (q + ε) + ε) with p and q the softmax over all pixels of the predicted and
    /// the true difference, over the temperature.
    /// - Parameters:
    ///   - prediction: [time · batch, pixels], time-major.
    ///   - target: bytes of the same shape.
    ///   - first: [time · batch].
    ///   - coefficient: what each pair's value counts in the total that is differentiated.
    public func differenceDivergence(
        _ prediction: Variable, target: Bytes, first: Bytes, batch: Int, temperature: Float, epsilon: Float,
        coefficient: Float
    ) -> Tensor {
        let operation = DifferenceOperation(
            prediction: prediction, target: target, first: first, batch: batch, temperature: temperature,
            epsilon: epsilon, coefficient: coefficient, stats: tensor(prediction.rows - batch, 5))
        let loss = tensor(prediction.rows - batch)
        pool.run(loss.rows) { _, lo, hi in
            for pair in lo..<hi { loss.data[pair] = operation.forward(pair) }
        }
        if prediction.isTracked { record(operation) }
        return loss
    }
}

private struct ImageLossOperation: Operation {
    let prediction: Variable
    let target: Bytes
    let coefficient: Float

    func backward(on tape: Tape) {
        guard let input = tape.gradient(prediction) else { return }
        let pixels = prediction.columns
        tape.pool.run(prediction.rows) { _, lo, hi in
            dk_image_loss_backward(
                hi - lo, pixels, prediction.value.data + lo * pixels, target.data + lo * pixels, coefficient,
                input + lo * pixels)
        }
    }
}

private struct DifferenceOperation: Operation {
    let prediction: Variable
    let target: Bytes
    let first: Bytes
    let batch: Int
    let temperature: Float
    let epsilon: Float
    let coefficient: Float
    let stats: Tensor

    /// Pair `pair` is frame `pair` and the one `batch` rows later: the same sequence, one step on.
    func forward(_ pair: Int) -> Float {
        guard first[pair + batch] == 0 else { return 0 }
        let pixels = prediction.columns
        let (before, now) = (pair * pixels, (pair + batch) * pixels)
        var loss: Float = 0
        dk_divergence_forward(
            pixels, prediction.value.data + now, prediction.value.data + before, target.data + now,
            target.data + before, temperature, epsilon, &loss, stats.data + pair * 5)
        return loss
    }

    func backward(on tape: Tape) {
        guard let input = tape.gradient(prediction) else { return }
        let pixels = prediction.columns
        // By sequence, not by pair: two pairs in a row add to the same frame.
        tape.pool.run(batch) { _, lo, hi in
            for pair in 0..<stats.rows where (lo..<hi).contains(pair % batch) && first[pair + batch] == 0 {
                let (before, now) = (pair * pixels, (pair + batch) * pixels)
                dk_divergence_backward(
                    pixels, prediction.value.data + now, prediction.value.data + before, target.data + now,
                    target.data + before, temperature, epsilon, stats.data + pair * 5, coefficient, input + now,
                    input + before)
            }
        }
    }
}
