/* A disk that fails: loaded before the C library, it lets writes below a folder fail with EIO.
 * FAILING_BELOW: the folder. FAILING_FROM: so many writes succeed first. FAILING_COUNT: so many fail then. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long done = 0;

static int fails(int descriptor) {
  const char *below = getenv("FAILING_BELOW");
  char link[64], path[PATH_MAX];
  if (!below) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (strncmp(path, below, strlen(below)) != 0) return 0;
  long now = __sync_fetch_and_add(&done, 1);
  long from = atol(getenv("FAILING_FROM")), count = atol(getenv("FAILING_COUNT"));
  if (now < from || now >= from + count) return 0;
  errno = EIO;
  return 1;
}

#define WRAP(result, name, parameters, arguments)              \
  result name parameters {                                     \
    static result (*real) parameters;                          \
    if (!real) real = (result(*) parameters)dlsym(RTLD_NEXT, #name); \
    return fails(descriptor) ? -1 : real arguments;            \
  }

WRAP(ssize_t, write, (int descriptor, const void *bytes, size_t count), (descriptor, bytes, count))
WRAP(ssize_t, pwrite, (int descriptor, const void *bytes, size_t count, off_t at), (descriptor, bytes, count, at))
WRAP(ssize_t, pwrite64, (int descriptor, const void *bytes, size_t count, off64_t at), (descriptor, bytes, count, at))
WRAP(ssize_t, writev, (int descriptor, const struct iovec *parts, int count), (descriptor, parts, count))
WRAP(int, fsync, (int descriptor), (descriptor))
WRAP(int, fdatasync, (int descriptor), (descriptor))
WRAP(int, ftruncate, (int descriptor, off_t size), (descriptor, size))
WRAP(int, ftruncate64, (int descriptor, off64_t size), (descriptor, size))
