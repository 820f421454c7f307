#include "runtime/sync/thread_state.h"

#include "platform/message.h"

namespace rtss::runtime {

Attachment attachment;
static_assert(sizeof(Attachment) == kMaxPageBytes, "pages of its own: the whole of it is wiped in forked children");

thread_local constinit ThreadState self_state __attribute__((tls_model("initial-exec"))) = {};

Status report_corruption(const char* what) {
  if (!attachment.refused.exchange(true)) platform::warn("the namespace is damaged: %s", what);
  return Status::kCorrupt;
}

}  // namespace rtss::runtime
