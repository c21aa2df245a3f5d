#ifndef DIRECT_FILES_H
#define DIRECT_FILES_H

/// Opens a file for writing past the system's cache, and makes it if it does not exist. Addresses, offsets and sizes of
/// writes must be multiples of the disk's block, 4096 bytes with any usual one.
///
/// Returns -1 where the file system does not offer this, or the file cannot be opened: `errno` says why.
int direct_files_open(const char *path);

#endif
