// What the system offers beyond Swift's Glibc module.
#pragma once

#include <spawn.h>

/// The flag that opens a file past the system's cache. Addresses, offsets and sizes of transfers must then be multiples of
/// the disk's block, 4096 bytes with any usual one.
int platform_direct_flag(void);

/// Closes every descriptor of a child from `first` on, after the actions before. Returns an error number or 0.
int platform_close_from(posix_spawn_file_actions_t *actions, int first);
