// Elementary functions as polynomials, written so that loops over them become vector code on every instruction set.
#pragma once
#include "maths_headers.h"

#define DK_INLINE static inline __attribute__((always_inline))

DK_INLINE float bits_to_float(int32_t bits) { float x; memcpy(&x, &bits, 4); return x; }
DK_INLINE int32_t float_to_bits(float x) { int32_t bits; memcpy(&bits, &x, 4); return bits; }

// exp(x) within 1.1 ulp for |x| <= 87; saturates below -87 (0 is never reached: 1.6e-38) and above 88 (1.7e38), NaN stays
// NaN.
DK_INLINE float fast_exp(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float scaled = x * 1.44269504088896341f;
    int32_t n = (int32_t)(scaled + (scaled < 0.0f ? -0.5f : 0.5f));
    float k = (float)n;
    float r = x - k * 0.693359375f - k * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * bits_to_float((n + 127) << 23);
}

// log(x) within 1 ulp for normal x > 0; 0, denormals and negative numbers give log of the smallest normal number, about
// -87.3. Infinity gives 88.7 and NaN 89.1: a NaN must be noticed elsewhere.
DK_INLINE float fast_log(float x) {
    x = x < 1.17549435e-38f ? 1.17549435e-38f : x;
    int32_t bits = float_to_bits(x);
    int32_t e = (bits >> 23) - 126;
    float m = bits_to_float((bits & 0x007fffff) | 0x3f000000);
    int below = m < 0.707106781186547524f;
    e -= below;
    m = below ? m + m - 1.0f : m - 1.0f;
    float z = m * m, p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    float k = (float)e;
    return m + (p * m * z - 0.5f * z + k * -2.12194440e-4f) + k * 0.693359375f;
}

DK_INLINE float fast_sigmoid(float x) { return 1.0f / (1.0f + fast_exp(-x)); }

// tanh(x) within 1.5 ulp: a polynomial near zero, where 1 - 2 / (e^2x + 1) would cancel.
DK_INLINE float fast_tanh(float x) {
    float a = fabsf(x), z = x * x, p = -5.70498872745e-3f;
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    float small = p * z * x + x;
    float large = 1.0f - 2.0f / (fast_exp(2.0f * a) + 1.0f);
    large = x < 0.0f ? -large : large;
    return a < 0.625f ? small : large;
}

DK_INLINE float symlog(float x) { return copysignf(log1pf(fabsf(x)), x); }
DK_INLINE float symexp(float x) { return copysignf(expm1f(fabsf(x)), x); }
