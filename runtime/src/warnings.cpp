#include "warnings.h"

#include <cstring>
#include <utility>

#include "kernel/report.h"

namespace arun {

void Warnings::open() {
  lua_setwarnf(
      kernel_.main,
      [](void* self, const char* piece, int more) { static_cast<Warnings*>(self)->receive(piece, more != 0); }, this);
}

void Warnings::receive(const char* piece, bool more) {
  if (!begun_ && !more && *piece == '@') {
    if (std::strcmp(piece, "@on") == 0) on_ = true;
    if (std::strcmp(piece, "@off") == 0) on_ = false;
    return;
  }
  text_ += piece;
  begun_ = more;
  if (more) return;
  std::string text = std::exchange(text_, {});
  if (on_) kernel::report_warning(kernel_, text);
}

}  // namespace arun
