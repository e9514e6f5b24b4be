#include "binding/inbox_frames.h"

#include <cstddef>
#include <cstring>

namespace bot4 {

void drop_frames(AlignedBuffer& arena, const ArenaLayout& layout, int connection) noexcept {
  const auto* control = arena.at<ControlBlock>(layout.control);
  std::byte* const inbox = arena.data() + layout.inbox;
  const std::uint32_t write = control->inbox_write;
  std::uint32_t read = control->inbox_read;
  // What makes no sense is left to the next run, which reports it.
  while (write <= layout.inbox_bytes && read < write && write - read >= sizeof(FrameHeader)) {
    FrameHeader header;
    std::memcpy(&header, inbox + read, sizeof header);
    if (header.connection == connection) {
      header.connection = kDroppedFrame;
      std::memcpy(inbox + read, &header, sizeof header);
    }
    const std::uint32_t room = write - read - static_cast<std::uint32_t>(sizeof header);
    if (header.length > room || padded_length(header.length) > room) return;
    read += static_cast<std::uint32_t>(sizeof header) + padded_length(header.length);
  }
}

}  // namespace bot4
