#include <string>
#include <vector>

#include "arun/runtime.h"

int main(int count, char** arguments) {
  arun::Runtime runtime;
  return runtime.run_file(arguments[1], std::vector<std::string>(arguments + 2, arguments + count));
}
