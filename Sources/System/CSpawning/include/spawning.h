// What posix_spawn can do beyond Swift's Glibc module.
#pragma once
#include <spawn.h>

/// Closes every descriptor of the child from `first` on, after the actions before; returns an error number or 0.
int spawning_close_from(posix_spawn_file_actions_t *actions, int first);
