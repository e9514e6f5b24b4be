#include "engine/features_vpin.h"

namespace bot4 {

void Vpin::close_bucket() noexcept {
  sizes_[at_] = size_;
  imbalances_[at_] = imbalance_;
  at_ = at_ + 1 == kBuckets ? 0 : at_ + 1;
  filled_ = imbalance_ = 0.0;
}

void Vpin::add(double volume, double buy_share, double mean_volume) noexcept {
  const double tilt = buy_share * 2.0 - 1.0;
  bool closed = false;
  double left = volume;
  // A bar far above the mean fills every bucket of the window alike; what it has beyond is dropped.
  for (int filled = 0; left > 0.0 && filled <= kBuckets; ++filled) {
    if (filled_ == 0.0) size_ = mean_volume * kBarsPerBucket;
    const double room = size_ - filled_;
    if (left < room) {
      filled_ += left;
      imbalance_ += left * tilt;
      break;
    }
    imbalance_ += room * tilt;
    left -= room;
    close_bucket();
    closed = true;
  }
  if (!closed) return;
  absolute_ = signed_ = total_ = 0.0;
  for (int i = 0; i < kBuckets; ++i) {
    absolute_ += imbalances_[i] < 0.0 ? -imbalances_[i] : imbalances_[i];
    signed_ += imbalances_[i];
    total_ += sizes_[i];
  }
}

}  // namespace bot4
