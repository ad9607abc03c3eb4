// Names that nobody can guess or has taken, for temporary files and directories.
#pragma once

#include <functional>
#include <string>

namespace arun::modules {

// Calls make(path) with `prefix`, random letters and `suffix`, again while it gives -EEXIST. Gives its result, the path
// in *path.
int make_unique_path(const std::string& prefix, const std::string& suffix, std::string* path,
                     const std::function<int(const char* path)>& make);

}  // namespace arun::modules
