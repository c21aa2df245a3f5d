// Counts heap allocations, so that a benchmark and a test can say how many a training step makes.
#pragma once

/// Allocations that the calling thread has made since it started. A program that links this target has its `malloc` and
/// relatives replaced by ones that add one and call the C library's.
long dk_allocations(void);
