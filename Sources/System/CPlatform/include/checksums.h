#ifndef CHECKSUMS_H
#define CHECKSUMS_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78, start and final xor 0xFFFFFFFF) of `count` bytes.
/// `crc` is the checksum of the bytes before them, 0 at the start. Uses the processor's instruction where it has one.
uint32_t checksums_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same by tables: what runs on processors without the instruction, and what the tests compare with.
uint32_t checksums_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

#endif
