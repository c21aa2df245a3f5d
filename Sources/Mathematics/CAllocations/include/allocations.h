// Counts heap allocations, so that a benchmark and tests can say how many there are and whether they end.
#pragma once

/// Allocations that the calling thread has made since it started. A program that links this target has its `malloc` and
/// relatives replaced by ones that add one and call the C library's.
long dk_allocations(void);

/// Blocks that the calling thread has allocated less those that it has freed: what stays the same over a loop that leaks
/// nothing. Threads that free what others allocated count below zero.
long dk_live_blocks(void);
