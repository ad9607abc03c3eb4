---@meta arun.fs
-- Files and directories: aiofiles and pathlib, for Lua coroutines on a libuv loop.
--
-- Every function that asks the file system suspends the running task; the work is done by libuv's pool of threads, a
-- whole-file operation in one go. Sizes and positions are bytes, times are seconds since 1970 (fractions allowed),
-- modes are integers (420 is 0644: tonumber("644", 8)). Relative paths start from the process's current directory.
--
-- Errors: what the system refuses raises kind "io" with `code` ("ENOENT", errno(3)), `operation`, `path` (of an
-- operation on two: the first, and the second in `to`), and a message such as
--   open config.toml: no such file or directory (ENOENT)
-- Bad arguments and options raise kind "usage", the use of a closed file kind "closed".
--
-- Cancelled while it waits, a function wakes at once. What was read or opened meanwhile is released; what began in the
-- pool ends there, except that write_file, copy, remove, glob and long reads stop between two steps.

local native = require "arun.native.fs"

local fs = {}

---Operations on paths as text: see [below](#fspath).
fs.path = require "arun.fs.path"

---@class arun.File an open file; to be closed (`<close>`), and closed when collected. Operations of several tasks on
---one file take turns, in the order they began. All but seek to a known place suspend, and read only when its buffer
---cannot serve it. They raise kind "io", and kind "closed" after close; so does what waits, for its turn or for the
---data of a FIFO or terminal, while another task closes the file
---@field path string as it was given to fs.open
---@field read fun(self: arun.File, ...: integer|"n"|"l"|"L"|"a"): string|number|nil reads as io's read does: a number
---of bytes (fewer at the end; 0 asks whether it is there), "l" a line without or "L" with its line end, "n" a number as
---Lua writes them, "a" all to the end; several formats (at most 250) give several results, none means "l". nil at the
---end of the file and where there is no number, and then no further results; "" for "a". It reads ahead: a call that
---the buffer (of at most 128 KiB) can serve returns at once. A cancelled one takes nothing: the data is there for the
---next.
---@field lines fun(self: arun.File, ...: integer|"n"|"l"|"L"|"a"): fun(): string|number|nil an iterator that reads by
---the formats until nil; the file stays open
---@field write fun(self: arun.File, ...: string|number): arun.File writes all of it, in one piece as far as other tasks
---go, and gives the file. Nothing is held back in a buffer: afterwards the system has it.
---@field seek fun(self: arun.File, whence: "set"|"cur"|"end"|nil, offset: integer?): integer moves the position and
---gives it, in bytes from the beginning; default "cur", 0. What was read ahead is read anew. ESPIPE for a FIFO, EINVAL
---for a position before the beginning (lseek(2)).
---@field sync fun(self: arun.File): arun.File waits until all is on the disk (fsync(2)), and gives the file
---@field truncate fun(self: arun.File, size: integer?): arun.File makes it so many bytes long, by default as long as
---the position, which stays (ftruncate(2)), and gives the file
---@field stat fun(self: arun.File): arun.Stat what the system knows about it (fstat(2))
---@field close fun(self: arun.File) ends it; again: nothing. Raises kind "io" when the system could not write what it
---had taken (close(2)).

---@class arun.Stat what stat(2) tells
---@field type "file"|"directory"|"link"|"fifo"|"socket"|"char"|"block"|"unknown"
---@field size integer bytes
---@field mode integer permission bits, with those of set-user-id, set-group-id and sticky (07777)
---@field mtime number seconds: last change of the content
---@field atime number seconds: last access
---@field ctime number seconds: last change of content or status
---@field uid integer
---@field gid integer
---@field ino integer
---@field dev integer
---@field nlink integer hard links
---@field blocks integer allocated, of 512 bytes
---@field blksize integer bytes: preferred size of reads and writes

---Opens a file (open(2)). Modes as io.open's: "r" read; "w" write, emptied or made; "a" append, made; with "+" for
---both reading and writing; with "x" (or "x" in place of "w") only if it does not exist yet; "b" means nothing. A
---FIFO, terminal or other device that makes reads wait is read and written when it is ready, and takes no thread of
---the pool. A FIFO opened for reading waits for its writer in the first read; one opened for writing waits here for a
---reader.
---@param path string
---@param mode? string default "r"
---@return arun.File file
---Raises kind "io": ENOENT, EACCES, EEXIST, EISDIR (also for reading), ...; kind "usage" for another mode.
---@usage local file <close> = fs.open("log.txt", "a") file:write("started\n")
fs.open = native.open

---Reads a whole file.
---@param path string
---@return string content
---Raises kind "io".
function fs.read_file(path)
  local content, special = native.read_file(path)
  if not special then return content end
  local file <close> = special
  return file:read("a")
end

-- A device or a FIFO is not replaced, but written to.
local function write_special(path, mode, data)
  local file <close> = native.open(path, mode)
  file:write(data)
end

---Replaces a file as a whole, or makes it: a reader sees the old content or the new one, never a part. The data goes
---to a temporary file in the same directory, which is then renamed (rename(2)); so the directory must be writable, as
---well as the file itself. A process that is killed meanwhile leaves the temporary file, `.arun-*.tmp`, behind.
---Symbolic links are followed. The new file has the permissions of the old one and, where the system allows it, its
---owner and group; where not, nobody gets rights from it that the old one did not give them. It does not have the old
---one's access control lists, extended attributes and hard links: other names of the file keep the old content. What
---cannot be replaced, a device or a FIFO, is written to, and the options mean nothing then.
---@param path string
---@param data string
---@param options? {sync: boolean, mode: integer} sync: returns when it is on the disk, and will outlast a crash
---(fsync(2)); mode: the permissions it is to have, by default those it had, or 0666 less the umask
---Raises kind "io" naming this path. The old file is untouched then, unless all that failed is the last step of `sync`,
---to write the new name to the disk.
function fs.write_file(path, data, options)
  if not native.write_file(path, data, options) then write_special(path, "w", data) end
end

---Adds to the end of a file, made if it does not exist. When it fails (ENOSPC), a part may have been added.
---@param path string
---@param data string
---@param options? {sync: boolean} sync: returns when it is on the disk (fsync(2))
---Raises kind "io".
function fs.append_file(path, data, options)
  if not native.append_file(path, data, options) then write_special(path, "a", data) end
end

---What the system knows about a file; of a symbolic link, about what it leads to (stat(2)).
---@param path string
---@return arun.Stat
---Raises kind "io".
fs.stat = native.stat

---The same; of a symbolic link, about the link (lstat(2)).
---@param path string
---@return arun.Stat
---Raises kind "io".
fs.lstat = native.lstat

---Whether there is something; a symbolic link that leads nowhere is not.
---@param path string
---@return boolean
---Raises kind "io" when that cannot be known (EACCES, EIO, ...).
fs.exists = native.exists

---What is in a directory, without "." and "..", sorted by name (byte by byte).
---@param path string
---@return {name: string, type: string}[] entries types as in arun.Stat; a symbolic link is a "link"
---Raises kind "io".
fs.list = native.list

---Goes through a directory and all below it; a directory comes before what is in it, entries are sorted by name.
---@param path string
---@param options? {follow: boolean, max_depth: integer} follow: goes through symbolic links to directories as well,
---whose type is then that of what they lead to, but never in a circle; max_depth: 1 = the directory alone
---@return arun.Walk entries to be used by `for`: gives path (beginning with the one given) and type
---Raises kind "io", here or on the way; what vanishes meanwhile is passed over.
---@usage for path, type in fs.walk("src") do print(type, path) end
fs.walk = require "arun.fs.walk"

---The paths that match a shell pattern (POSIX.1-2017, XCU 2.13): `*`, `?`, `[a-z]`, `[!a]`, `\` before what is meant
---literally; and, as in bash, `**` for any number of directories, and `{a,b}`. Characters are UTF-8. A name that
---begins with a dot is matched only by a part that does. `**` does not follow symbolic links. With a slash at its end
---a pattern matches directories only. What cannot be read matches nothing.
---@param pattern string
---@return string[] paths sorted (byte by byte)
---Raises kind "io" for patterns that are too much: code "E2BIG" with more than 10,000 alternatives, "ENAMETOOLONG" with
---more than 4,095 bytes.
---@usage for _, path in ipairs(fs.glob("src/**/*.{c,h}")) do print(path) end
fs.glob = native.glob

---Makes a directory (mkdir(2)).
---@param path string
---@param options? {parents: boolean, mode: integer} parents: makes those above as well, and is content when it exists;
---mode: default 0777; less the umask
---Raises kind "io".
fs.mkdir = native.mkdir

---Removes a file or an empty directory (remove(3)).
---@param path string
---@param options? {recursive: boolean, missing_ok: boolean} recursive: with all that is in it, symbolic links not
---followed; missing_ok: content when it does not exist
---Raises kind "io": ENOTEMPTY, ...; `path` is what could not be removed.
fs.remove = native.remove

---Renames, within a file system; replaces a file that is there (rename(2)).
---@param from string
---@param to string
---Raises kind "io": EXDEV between file systems, ...
fs.rename = native.rename

---Copies a file: content and permissions, but for set-user-id, set-group-id and sticky. A file that is there is
---replaced as by write_file.
---@param from string
---@param to string the file's path, not a directory to put it into
---Raises kind "io": EISDIR for directories, EINVAL for what is no regular file, ...
fs.copy = native.copy

---Makes a hard link: a further name of a file (link(2)).
---@param target string
---@param path string the new name
---Raises kind "io".
fs.link = native.link

---Makes a symbolic link (symlink(2)).
---@param target string what it leads to, relative to the link's own directory; need not exist
---@param path string the link
---Raises kind "io".
fs.symlink = native.symlink

---What a symbolic link says (readlink(2)).
---@param path string
---@return string target
---Raises kind "io": EINVAL when it is no link, ...
fs.readlink = native.readlink

---The path from the root, without links, "." and ".." (realpath(3)).
---@param path string
---@return string path
---Raises kind "io".
fs.realpath = native.realpath

---Sets the permissions (chmod(2)).
---@param path string
---@param mode integer
---Raises kind "io".
fs.chmod = native.chmod

---Sets the times of last access and change (utimensat(2)).
---@param path string
---@param atime? number seconds since 1970; default: now
---@param mtime? number seconds since 1970; default: now
---Raises kind "io".
fs.utime = native.utime

---The process's current directory (getcwd(3)). Does not suspend.
---@return string path
---Raises kind "io" when it is gone.
fs.current_dir = native.current_dir

---Makes a file that is removed when its handle is closed or collected. Only this user may read it (0600).
---@param options? {dir: string, prefix: string, suffix: string} dir: default $TMPDIR, else /tmp; prefix: default
---"arun-"
---@return arun.File file open for reading and writing; its `path` is known
---Raises kind "io".
fs.temp_file = native.temp_file

---@class arun.TempDir a directory that is removed, with all in it, when it is closed (`<close>`) or collected
---@field path string also what tostring gives
---@field close fun(self) removes it; again: nothing. Raises kind "io".

---Makes a directory that ends with its handle. Only this user may enter it (0700).
---@param options? {dir: string, prefix: string, suffix: string} as for temp_file
---@return arun.TempDir directory
---Raises kind "io".
---@usage local dir <close> = fs.temp_dir() fs.write_file(fs.path.join(dir.path, "a"), "...")
fs.temp_dir = native.temp_dir

---Watches a directory, or a file, for changes (inotify(7)): from this call on none is missed.
---A file goes on being watched by its name when it is removed, replaced or made anew.
---@param path string
---@param options? {recursive: boolean} recursive: with all directories below, also those made later
---@return arun.Watch changes to be used by `for`, which ends when the watched directory is gone
---Raises kind "io": ENOENT, ENOSPC (more watches than fs.inotify.max_user_watches), EMFILE, ...
---@usage for change in fs.watch("config") do print(change.event, change.path) end
fs.watch = require "arun.fs.watch"

return fs
