// Loops over Float32 rows, compiled for several instruction sets and chosen at load.
//
// Shapes are row-major and contiguous unless a stride is named. Callers split rows (or columns, where stated) between
// threads; no function keeps state. Gradients (names starting with d) are accumulated, everything else is overwritten.
#pragma once
#include <stdint.h>

/// Windows of images: positions images x rows x columns, each reading `runs` runs of `length` floats.
typedef struct {
    long images, rows, columns;
    /// Distance between neighbouring positions in what is read, and in what is written.
    long x_image, x_row, x_column;
    long y_image, y_row, y_column;
    /// Distance between the runs of a window.
    long runs, length, run_stride;
    /// Columns of the matrix.
    long n;
} dk_windows;

/// Tiles of 4 x 4 outputs, each depending on 5 x 5 blocks of `runs` runs of `length` floats, a multiple of 16.
typedef struct {
    long images, rows, columns;
    /// Distance between neighbouring tiles in what is read, between its blocks, and between a block's runs.
    long x_image, x_row, x_column;
    long block_row, block_column;
    long runs, length, run_stride;
    /// Distance between neighbouring tiles of outputs, and between the outputs of a tile.
    long y_image, y_row, y_column;
    long step_row, step_column;
} dk_tiles;

/// Floats that a product needs for its copies: a block of B and strips of A.
enum { DK_PRODUCT_SCRATCH = 256 * (512 + 8 * 16) };

// Every kernel: name, parameters, arguments. One list makes prototypes, the tables and the dispatch.
#define DK_KERNELS(X)                                                                                                  \
    /* y = SiLU(LayerNorm(x) * scale + offset) over n columns; stats [rows, 2] keeps mean and 1/deviation. */          \
    X(norm_silu_forward,                                                                                               \
      (long rows, long n, const float *x, const float *scale, const float *offset, float epsilon, float *y,            \
       float *stats),                                                                                                  \
      (rows, n, x, scale, offset, epsilon, y, stats))                                                                  \
    /* dx (+)= ..., which may lie in the place of dy. */                                                               \
    X(norm_silu_backward,                                                                                              \
      (long rows, long n, const float *x, const float *scale, const float *offset, const float *stats,                 \
       const float *dy, int accumulate, float *dx, float *dscale, float *doffset),                                     \
      (rows, n, x, scale, offset, stats, dy, accumulate, dx, dscale, doffset))                                         \
    /* Columns lo..<hi of y = SiLU(BatchNorm(x)); mean and variance [n] of the batch are written (training) or read. */ \
    X(batch_norm_silu_forward,                                                                                         \
      (long rows, long n, long lo, long hi, const float *x, const float *scale, const float *offset, float epsilon,    \
       int training, float *mean, float *variance, float *y),                                                          \
      (rows, n, lo, hi, x, scale, offset, epsilon, training, mean, variance, y))                                       \
    /* g [rows, n] is the gradient before SiLU, doffset its sums over rows, dscale those of g times the normalised x. */ \
    X(batch_norm_silu_backward_sums,                                                                                   \
      (long rows, long n, long lo, long hi, const float *x, const float *scale, const float *offset, float epsilon,    \
       const float *mean, const float *variance, const float *dy, float *dscale, float *doffset, float *g),            \
      (rows, n, lo, hi, x, scale, offset, epsilon, mean, variance, dy, dscale, doffset, g))                            \
    /* dx += ..., from these sums. */                                                                                  \
    X(batch_norm_silu_backward_input,                                                                                  \
      (long rows, long n, long lo, long hi, const float *x, const float *scale, float epsilon, const float *mean,      \
       const float *variance, const float *g, const float *dscale, const float *doffset, float *dx),                   \
      (rows, n, lo, hi, x, scale, epsilon, mean, variance, g, dscale, doffset, dx))                                    \
    /* LayerNorm over the 3n gates [reset, candidate, update], then h' = u tanh(r c) + (1 - u) h, u = sigmoid(. - 1). */ \
    X(gru_forward,                                                                                                     \
      (long rows, long n, const float *gates, const float *scale, const float *offset, float epsilon, const float *h,  \
       float *next, float *stats),                                                                                     \
      (rows, n, gates, scale, offset, epsilon, h, next, stats))                                                        \
    X(gru_backward,                                                                                                    \
      (long rows, long n, const float *gates, const float *scale, const float *offset, const float *stats,             \
       const float *h, const float *dnext, float *dgates, float *dh, float *dscale, float *doffset, float *scratch),   \
      (rows, n, gates, scale, offset, stats, h, dnext, dgates, dh, dscale, doffset, scratch))                          \
    /* p = (1 - unimix) softmax(logits) + unimix / n. */                                                               \
    X(softmax_mix_forward, (long rows, long n, const float *logits, float unimix, float *p),                           \
      (rows, n, logits, unimix, p))                                                                                    \
    X(softmax_mix_backward, (long rows, long n, const float *p, float unimix, const float *dp, float *dlogits),        \
      (rows, n, p, unimix, dp, dlogits))                                                                               \
    /* index[r] = first k with cumsum(p)[k] > u[r]. */                                                                 \
    X(sample_categorical, (long rows, long n, const float *p, const float *u, int32_t *index), (rows, n, p, u, index)) \
    X(argmax, (long rows, long n, const float *p, int32_t *index), (rows, n, p, index))                                \
    /* dx += dy / x: the gradient of log. */                                                                           \
    X(log_backward, (long n, const float *x, const float *dy, float *dx), (n, x, dy, dx))                              \
    /* kl[r] = sum q log(q / p) over n columns. */                                                                     \
    X(kl_forward, (long rows, long n, const float *q, const float *p, float *kl), (rows, n, q, p, kl))                 \
    /* Where kl[r] >= free: dp += dynamics * d kl/dp, dq += representation * d kl/dq. */                               \
    X(kl_backward,                                                                                                     \
      (long rows, long n, const float *q, const float *p, const float *kl, float free, float dynamics,                 \
       float representation, float *dq, float *dp),                                                                    \
      (rows, n, q, p, kl, free, dynamics, representation, dq, dp))                                                     \
    /* Cross entropy with the two-hot code of symlog(target) on n bins over +-limit; normalizer[r] = logsumexp. */     \
    X(two_hot_forward,                                                                                                 \
      (long rows, long n, const float *logits, const float *target, float limit, float *loss, float *normalizer),      \
      (rows, n, logits, target, limit, loss, normalizer))                                                              \
    X(two_hot_backward,                                                                                                \
      (long rows, long n, const float *logits, const float *target, float limit, const float *normalizer,              \
       const float *dloss, float *dlogits),                                                                            \
      (rows, n, logits, target, limit, normalizer, dloss, dlogits))                                                    \
    /* value[r] = symexp(sum softmax(logits) bins). */                                                                 \
    X(bins_mean_forward, (long rows, long n, const float *logits, float limit, float *value),                          \
      (rows, n, logits, limit, value))                                                                                 \
    X(bins_mean_backward, (long rows, long n, const float *logits, float limit, const float *dvalue, float *dlogits),  \
      (rows, n, logits, limit, dvalue, dlogits))                                                                       \
    /* loss[r] = sum (prediction - target / 255)^2 over n columns; where dprediction is not null, dloss times its       \
       gradient is added there. */                                                                                     \
    X(image_loss,                                                                                                      \
      (long rows, long n, const float *prediction, const uint8_t *target, float dloss, float *loss,                    \
       float *dprediction),                                                                                            \
      (rows, n, prediction, target, dloss, loss, dprediction))                                                         \
    /* One pair of frames: sum p log(p / (q + e) + e), p and q the softmax of differences / temperature; where dnow is  \
       not null, dloss times the gradients are added. scratch [2 n]. */                                                \
    X(divergence,                                                                                                      \
      (long n, const float *now, const float *before, const uint8_t *target, const uint8_t *target_before,             \
       float temperature, float epsilon, float dloss, float *scratch, float *loss, float *dnow, float *dbefore),       \
      (n, now, before, target, target_before, temperature, epsilon, dloss, scratch, loss, dnow, dbefore))              \
    /* out = source where |image - previous| >= threshold anywhere in a window x window neighbourhood, per channel, else  \
       0; 255 in the place of a source that is null. scratch holds an image, a row and window more pixels. */           \
    X(differential,                                                                                                    \
      (long height, long width, long channels, const uint8_t *previous, const uint8_t *image, const uint8_t *source,   \
       int threshold, long window, uint8_t *out, uint8_t *scratch),                                                    \
      (height, width, channels, previous, image, source, threshold, window, out, scratch))                             \
    /* Images of height rows of row floats with a border of zeros: border floats at both sides, a row above and below. */ \
    X(pad, (long images, long height, long row, long border, const float *x, float *padded),                           \
      (images, height, row, border, x, padded))                                                                        \
    /* The same from bytes, as x / 255 - 0.5. */                                                                       \
    X(pad_bytes, (long images, long height, long row, long border, const uint8_t *x, float *padded),                   \
      (images, height, row, border, x, padded))                                                                        \
    /* Rows first..<first + rows of a matrix [k, n], element (i, j) at w[i row_stride + j column_stride], into the     \
       panels that window_product reads: k times n rounded up to a multiple of 8. */                                   \
    X(window_pack,                                                                                                     \
      (long k, long first, long rows, long n, const float *w, long row_stride, long column_stride, float *packed),     \
      (k, first, rows, n, w, row_stride, column_stride, packed))                                                       \
    /* y[position] (+)= initial + window of x at the position times the packed matrix; initial [n rounded up to a      \
       multiple of 8] may be null. */                                                                                  \
    X(window_product,                                                                                                  \
      (const dk_windows *g, const float *x, const float *packed, const float *initial, int accumulate, float *y),      \
      (g, x, packed, initial, accumulate, y))                                                                          \
    /* dw [runs * length, n] += sum over positions of the window of x times d [positions, n]; scratch holds 128 rows   \
       of n rounded up to a multiple of 8. */                                                                          \
    X(window_gradient, (const dk_windows *g, const float *x, const float *d, float *scratch, float *dw),               \
      (g, x, d, scratch, dw))                                                                                          \
    /* A transposed convolution to n <= 4 channels: g is the 2 x 2 window of one parity, x padded images of `channels`,   \
       packed the four parities' matrices [4 channels, n] in panels of 4, `room` floats apart; y_half_row lies between   \
       two rows of y. scratch holds (rows + 2) channels planes of columns rounded up to 32, and 16 floats each. */        \
    X(scatter_narrow,                                                                                                  \
      (const dk_windows *g, long channels, const float *x, const float *packed, long room, const float *initial,       \
       int accumulate, long y_half_row, float *scratch, float *y),                                                     \
      (g, channels, x, packed, room, initial, accumulate, y_half_row, scratch, y))                                     \
    /* v [25, tiles, runs * length]: the blocks of each tile at 5 x 5 points; component floats lie between two points. */   \
    X(tile_inputs, (const dk_tiles *t, const float *x, long component, float *v), (t, x, component, v))               \
    /* m[position] = row of v at the position times a panelled matrix of tile_kernel_pack, of floats in any case. */       \
    X(tile_product, (const dk_windows *g, const float *v, const float *packed, float *m), (g, v, packed, m))             \
    /* Outputs (+)= initial [n], which may be null, + products m [25, tiles, n] at the points; n a multiple of 16. */    \
    X(tile_outputs,                                                                                                    \
      (const dk_tiles *t, long n, const float *m, long component, const float *initial, int accumulate, float *y),     \
      (t, n, m, component, initial, accumulate, y))                                                                    \
    /* e [25, tiles, n]: gradients of outputs at the points, n a multiple of 16. */                                      \
    X(tile_gradients, (const dk_tiles *t, long n, const float *d, long component, float *e),                           \
      (t, n, d, component, e))                                                                                         \
    /* Rows first..<first + rows of the 25 matrices [k, n] of a 2 x 2 kernel at the points, into panels for              \
       tile_product; element   (i, j) of a tap lies at w[i row_stride + j column_stride]. */                             \
    X(tile_kernel_pack,                                                                                                \
      (long k, long first, long rows, long n, const float *w00, const float *w01, const float *w10, const float *w11,  \
       long row_stride, long column_stride, long component, float *packed),                                            \
      (k, first, rows, n, w00, w01, w10, w11, row_stride, column_stride, component, packed))                           \
    /* n floats of each of a kernel's 2 x 2 taps from sums p [25, n] of products at the points. */                       \
    X(tile_kernel_gradient,                                                                                            \
      (long n, const float *p, long component, float *k00, float *k01, float *k10, float *k11),                        \
      (n, p, component, k00, k01, k10, k11))                                                                           \
    /* C [m, n] (+)= A B where element (i, j) of A lies at a[i a_row + j a_column], of B likewise; rows of C lie c_row  \
       apart. scratch holds DK_PRODUCT_SCRATCH floats, from a multiple of 64 bytes on. */                                 \
    X(product,                                                                                                         \
      (long m, long n, long k, const float *a, long a_row, long a_column, const float *b, long b_row, long b_column,   \
       int accumulate, float *c, long c_row, float *scratch),                                                          \
      (m, n, k, a, a_row, a_column, b, b_row, b_column, accumulate, c, c_row, scratch))                                \
    X(add_rows, (long rows, long n, const float *bias, float *y), (rows, n, bias, y))                                  \
    X(sum_rows, (long rows, long n, const float *dy, float *dbias), (rows, n, dy, dbias))                              \
    /* Columns lo..<hi of y (+)= one-hot(index) W: groups looked-up rows of W [groups * classes, n] for each row. */   \
    X(one_hot_product,                                                                                                 \
      (long rows, long groups, long classes, long n, long lo, long hi, const int32_t *index, const float *w,           \
       int accumulate, float *y),                                                                                      \
      (rows, groups, classes, n, lo, hi, index, w, accumulate, y))                                                     \
    X(one_hot_weight_gradient,                                                                                         \
      (long rows, long groups, long classes, long n, long lo, long hi, const int32_t *index, const float *dy,          \
       float *dw),                                                                                                     \
      (rows, groups, classes, n, lo, hi, index, dy, dw))                                                               \
    /* Of one chosen column in each of several groups side by side: loss[r] = -advantage[r] sum log p[r, column[r]];      \
       entropy[r] = H(p[r]), summed over the groups. */                                                                \
    X(policy_loss_forward,                                                                                             \
      (long rows, long n, long groups, const float *p, const int32_t *column, const float *advantage, float *loss,     \
       float *entropy),                                                                                                \
      (rows, n, groups, p, column, advantage, loss, entropy))                                                          \
    /* dp += dloss[r] times the loss's gradient - bonus[r] times the entropy's; bonus may be null. */                  \
    X(policy_loss_backward,                                                                                            \
      (long rows, long n, long groups, const float *p, const int32_t *column, const float *advantage,                  \
       const float *dloss, const float *bonus, float *dp),                                                             \
      (rows, n, groups, p, column, advantage, dloss, bonus, dp))                                                       \
    X(sum_squares, (long n, const float *x, double *sum), (n, x, sum))                                                 \
    /* Adam with the gradient scaled by clip; step_size and root_correction hold the bias corrections. */              \
    X(adam,                                                                                                            \
      (long n, float *parameter, const float *gradient, float *mean, float *square, float clip, float step_size,       \
       float root_correction, float epsilon),                                                                          \
      (n, parameter, gradient, mean, square, clip, step_size, root_correction, epsilon))                               \
    /* slow = decay * slow + (1 - decay) * fast. */                                                                    \
    X(exponential_average, (long n, float decay, const float *fast, float *slow), (n, decay, fast, slow))              \
    X(add, (long n, const float *x, float *y), (n, x, y))                                                              \
    X(exp_map, (long n, const float *x, float *y), (n, x, y))                                                          \
    X(log_map, (long n, const float *x, float *y), (n, x, y))                                                          \
    X(tanh_map, (long n, const float *x, float *y), (n, x, y))

#define DK_DECLARE(name, parameters, arguments) void dk_##name parameters;
DK_KERNELS(DK_DECLARE)
#undef DK_DECLARE

/// The instruction set whose kernels the calling thread runs: "avx512", "avx2" or "baseline", or "avx512_bf16", which is
/// "avx512" with products and convolutions of factors that are rounded to bfloat16. The environment variable
/// DREAMER_KERNELS forces one of the first three that the processor has, and then there is no fourth.
const char *dk_instruction_set(void);
/// Floats in a register of those kernels: 16, 8 or 4.
int dk_register_floats(void);
/// The best instruction set that this processor has, whatever was forced.
const char *dk_best_instruction_set(void);
/// Switches the calling thread to a named instruction set, and the pools that it makes from then on; 0 where the processor
/// lacks it or the name is unknown.
int dk_select_instruction_set(const char *name);
