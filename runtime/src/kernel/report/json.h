// Reports for machines: one JSON object, and the end of the line.
#pragma once

#include <string>

#include "kernel/report/report.h"

namespace arun::kernel {

std::string to_json(const Report& report);

}  // namespace arun::kernel
