import CKernels
import COpenBLAS
import Glibc
public import Numbers

/// Names the matrix kernels that run and keeps OpenBLAS to one thread a call: this project's own threads share the rows.
public enum MatrixLibrary {
    /// Keeps OpenBLAS to one thread a call, once: every pool of threads asks for it.
    static let isPrepared: Void = openblas_set_num_threads(1)

    /// OpenBLAS's name for the kernels it chose, for instance "Zen" or "SkylakeX".
    public static var core: String { String(cString: openblas_get_corename()) }

    /// What the environment holds the kernels to, where it does.
    public static var forcedCore: String? { getenv("OPENBLAS_CORETYPE").map { String(cString: $0) } }

    /// The instruction set of the project's own kernels: "avx512", "avx2" or "baseline".
    public static var instructionSet: String { String(cString: dk_instruction_set()) }

    /// Why this processor, or the environment, has no products of this precision; nil where there are some.
    public static func obstacle(to precision: Precision) -> String? {
        guard precision == .bfloat16 else { return nil }
        if let forced = getenv("DREAMER_KERNELS"), forced.pointee != 0 {
            return "DREAMER_KERNELS=\(String(cString: forced)) holds the kernels to float32: unset it"
        }
        return using(bfloat16Kernels, { true }) ?? false ? nil : "this processor has no AVX512_BF16: use float32"
    }

    /// The instruction set whose products round their factors.
    static let bfloat16Kernels = "avx512_bf16"

    /// Runs `body` with the kernels of an instruction set on the calling thread; nil, without it, where there are none.
    static func using<Result>(_ set: UnsafePointer<CChar>, _ body: () throws -> Result) rethrows -> Result? {
        guard let before = dk_instruction_set(), dk_select_instruction_set(set) != 0 else { return nil }
        defer { _ = dk_select_instruction_set(before) }
        return try body()
    }

    /// Who multiplies large matrices: this project's kernels ("avx512") or OpenBLAS's ("Zen (OpenBLAS)").
    public static func multiplier(_ precision: Precision = .float32) -> String {
        switch precision {
        case .float32: multipliesItself ? instructionSet : "\(core) (OpenBLAS)"
        case .bfloat16: bfloat16Kernels
        }
    }

    /// One line for a banner: which kernels run, and whether the environment holds them back.
    public static func description(_ precision: Precision = .float32) -> String {
        let line = "matrix kernels \(multiplier(precision)), vector kernels \(instructionSet)"
        guard let forcedCore else { return line }
        return line + "; OPENBLAS_CORETYPE=\(forcedCore) is set, unset it to let OpenBLAS choose"
    }

    /// Whether the project's own kernels make products of any size: those that are the faster ones there (decision 0016).
    public static var multipliesItself: Bool { dk_register_floats() == 16 }
}

/// Whose kernels make a product.
public enum ProductKernels: Sendable {
    /// The faster ones for its size.
    case chosen
    case own, openBLAS
}

/// A matrix operand: pointer, distance between rows in elements, and whether it is taken transposed.
struct Operand {
    let data: UnsafePointer<Float>
    let stride: Int
    let transposed: Bool

    init(_ data: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
        self.data = data
        self.stride = stride
        self.transposed = transposed
    }

    /// Distances between neighbouring rows and columns of op(X).
    fileprivate var rowStep: Int { transposed ? 1 : stride }
    fileprivate var columnStep: Int { transposed ? stride : 1 }

    /// The operand from row `row` of op(X) on.
    fileprivate func row(_ row: Int) -> Operand {
        Operand(data + row * rowStep, stride: stride, transposed: transposed)
    }

    /// The operand from column `column` of op(X) on.
    fileprivate func column(_ column: Int) -> Operand {
        Operand(data + column * columnStep, stride: stride, transposed: transposed)
    }
}

/// Multiply-adds up to which OpenBLAS is not chosen: some of its kernels for such products ask the heap for memory.
private let smallProduct = 1_000_000

/// C [m, n] = A B + beta C on the calling thread, beta 0 or 1.
func multiply(
    _ m: Int, _ n: Int, _ k: Int, _ a: Operand, _ b: Operand, beta: Float, _ c: UnsafeMutablePointer<Float>,
    stride: Int, by kernels: ProductKernels = .chosen
) {
    // A product with one row only reads the other matrix; any other way would copy it first, which is the larger work.
    if m == 1 && !a.transposed {
        let (rows, columns) = b.transposed ? (n, k) : (k, n)
        cblas_sgemv(
            CblasRowMajor, b.transposed ? CblasNoTrans : CblasTrans, Int32(rows), Int32(columns), 1, b.data,
            Int32(b.stride), a.data, 1, beta, c, 1)
        return
    }
    let isOwn = kernels == .own || kernels == .chosen && (MatrixLibrary.multipliesItself || m * n * k <= smallProduct)
    if isOwn {
        dk_product(
            m, n, k, a.data, a.rowStep, a.columnStep, b.data, b.rowStep, b.columnStep, beta == 0 ? 0 : 1, c, stride,
            dk_thread_scratch())
    } else {
        cblas_sgemm(
            CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
            Int32(m), Int32(n), Int32(k), 1, a.data, Int32(a.stride), b.data, Int32(b.stride), beta, c, Int32(stride))
    }
}

extension ThreadPool {
    /// c = a b.
    public func product(_ a: Tensor, _ b: Tensor, into c: Tensor, by kernels: ProductKernels) {
        multiply(
            a.rows, b.columns, a.columns, Operand(a.data, stride: a.columns), Operand(b.data, stride: b.columns),
            beta: 0, c.data, stride: c.columns, by: kernels)
    }

    /// Multiply-adds below which a second thread costs more than it saves.
    private static let worthwhile = 60_000

    /// C [m, n] = A B + beta C, shared between the threads by rows, or by columns where rows are few.
    func multiply(
        _ m: Int, _ n: Int, _ k: Int, _ a: Operand, _ b: Operand, beta: Float, _ c: UnsafeMutablePointer<Float>,
        stride: Int, by kernels: ProductKernels = .chosen, file: StaticString = #fileID, line: UInt = #line
    ) {
        if m * n * k < Self.worthwhile || threads == 1 {
            Tensors.multiply(m, n, k, a, b, beta: beta, c, stride: stride, by: kernels)
        } else if m >= n / 2 && m >= 2 * threads {
            run(m, grain: 4, file: file, line: line) { _, lo, hi in
                Tensors.multiply(
                    hi - lo, n, k, a.row(lo), b, beta: beta, c + lo * stride, stride: stride, by: kernels)
            }
        } else {
            run((n + 15) / 16, file: file, line: line) { _, lo, hi in
                let from = lo * 16
                let to = min(hi * 16, n)
                Tensors.multiply(
                    m, to - from, k, a, b.column(from), beta: beta, c + from, stride: stride, by: kernels)
            }
        }
    }
}
