// Build tool: compiles Lua files and writes them as a C++ array. embed OUTPUT ROOT FILE...
// A file ROOT/arun/async.lua becomes the module "arun.async", with debug information: tracebacks name arun/async.lua.
// That name is given as "=arun/async.lua", which no file read from disk has: so arun's own code is told from a
// script's.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <lua.hpp>

namespace {

int append(lua_State*, const void* data, size_t size, void* out) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  static_cast<std::vector<unsigned char>*>(out)->insert(static_cast<std::vector<unsigned char>*>(out)->end(), bytes,
                                                        bytes + size);
  return 0;
}

bool compile(lua_State* L, const std::string& root, const std::string& file, std::vector<unsigned char>* code) {
  std::ifstream stream(root + "/" + file, std::ios::binary);
  std::string source((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (luaL_loadbufferx(L, source.data(), source.size(), ("=" + file).c_str(), "t") != LUA_OK) {
    std::fprintf(stderr, "%s\n", lua_tostring(L, -1));
    return false;
  }
  lua_dump(L, append, code, 0);
  lua_pop(L, 1);
  return true;
}

std::string module_name(std::string file) {
  file.resize(file.size() - 4);
  for (char& c : file) {
    if (c == '/') c = '.';
  }
  return file;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  lua_State* L = luaL_newstate();
  std::ofstream out(arguments[1]);
  out << "#include \"lua/embedded.h\"\n\nnamespace arun::lua {\nnamespace {\n";
  std::string table;
  std::string root = arguments[2];
  for (int i = 3; i < count; ++i) {
    std::string file = std::string(arguments[i]).substr(root.size() + 1);
    std::vector<unsigned char> code;
    if (!compile(L, root, file, &code)) return 1;
    std::string variable = "chunk_" + std::to_string(i);
    out << "const unsigned char " << variable << "[] = {";
    for (unsigned char byte : code) out << static_cast<int>(byte) << ',';
    out << "};\n";
    table += "    {\"" + module_name(file) + "\", " + variable + ", sizeof " + variable + "},\n";
  }
  out << "}  // namespace\n\nconst EmbeddedChunk kEmbeddedChunks[] = {\n"
      << table << "    {nullptr, nullptr, 0},\n};\n\n}  // namespace arun::lua\n";
  lua_close(L);
  return out.good() ? 0 : 1;
}
