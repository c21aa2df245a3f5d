// What the system offers beyond Swift's Glibc module.
#pragma once

#include <spawn.h>
#include <stdint.h>

/// The flag that opens a file past the system's cache. Addresses, offsets and sizes of transfers must then be multiples of
/// the disk's block, 4096 bytes with any usual one.
int platform_direct_flag(void);

/// Catches signals from now on: each one's number is a byte that can be read from the descriptor that is returned. Returns -1
/// and sets errno where that fails. Call it once.
int platform_catch_signals(const int *signals, int count);

/// Closes every descriptor of a child from `first` on, after the actions before. Returns an error number or 0.
int platform_close_from(posix_spawn_file_actions_t *actions, int first);

/// The number of the kind of file system that a path lies on, as statfs(2) lists them; 0 where there is no such path.
uint32_t platform_file_system(const char *path);

/// Names the calling thread as tools show it; what is longer than 15 bytes is cut.
void platform_name_thread(const char *name);
