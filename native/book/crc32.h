#pragma once
#include <cstddef>
#include <cstdint>

namespace bot4 {

/// Starting register of a CRC-32.
inline constexpr std::uint32_t kCrc32Start = 0xFFFFFFFFu;

/// Carries a CRC-32 register on over `size` bytes.
///
///   crc(data) = crc32_finish(crc32_update(kCrc32Start, data, size))
///
/// The reflected polynomial 0xEDB88320 of zlib; the SSE4.2 instruction computes another one
/// (Castagnoli) and cannot be used.
///
/// Determinism: the same on every target.
/// Cost:        eight bytes a step by eight tables of 1 KiB; bench workload book.crc.
/// Source:      ISO/IEC 8802-3; Kounavis and Berry (2005), "A Systematic Approach to Building High
///              Performance, Software-based, CRC Generators" (slicing by 8).
std::uint32_t crc32_update(std::uint32_t state, const char* data, std::size_t size) noexcept;

/// The CRC-32 of the bytes that led to the register `state`.
constexpr std::uint32_t crc32_finish(std::uint32_t state) noexcept { return ~state; }

}  // namespace bot4
