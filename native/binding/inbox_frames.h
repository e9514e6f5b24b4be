#pragma once
#include <cstdint>

#include "engine/arena_layout.h"

namespace bot4 {

/// In place of a connection in a frame's header: the frame is not to be read any more.
inline constexpr std::uint16_t kDroppedFrame = 0xffff;

/// Bytes of a frame behind its header.
constexpr std::uint32_t padded_length(std::uint32_t length) noexcept { return (length + 7u) & ~7u; }

/// Marks the frames of one connection that wait in an arena's inbox as dropped; those of others
/// stay where they are. Of the thread that runs the engine of this arena.
void drop_frames(AlignedBuffer& arena, const ArenaLayout& layout, int connection) noexcept;

}  // namespace bot4
