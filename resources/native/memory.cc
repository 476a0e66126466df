// Memory of TensorFlow's tensors, from the system rather than from the process's allocator. That of Electron ends the
// process when it is asked for a gigabyte in one piece, and TensorFlow's arena doubles what it asks for each time. The
// binding comes before TensorFlow's library where the loader looks for functions, so that the library's own calls of
// these three arrive here.
#ifdef __linux__
#include <stdlib.h>
#include <sys/mman.h>

#include <cstddef>
#include <map>
#include <mutex>
#include <new>

namespace {

// Pieces of the arena; what is smaller is no trouble to any allocator.
constexpr size_t kLarge = size_t{1} << 20;
constexpr size_t kPage = 4096;
constexpr size_t kHugePage = size_t{1} << 21;

struct Pieces {
  std::mutex mutex;
  std::map<void*, size_t> lengths;
};

// Never destroyed: TensorFlow frees memory while the process ends.
Pieces& pieces() {
  static Pieces* all = new Pieces;
  return *all;
}

void* map(size_t length) {
  void* at = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return nullptr;
#ifdef MADV_HUGEPAGE
  if (length >= kHugePage) madvise(at, length, MADV_HUGEPAGE);
#endif
  std::lock_guard<std::mutex> lock(pieces().mutex);
  pieces().lengths[at] = length;
  return at;
}

bool unmap(void* at) {
  if (reinterpret_cast<size_t>(at) % kPage != 0) return false;
  size_t length = 0;
  {
    std::lock_guard<std::mutex> lock(pieces().mutex);
    auto found = pieces().lengths.find(at);
    if (found == pieces().lengths.end()) return false;
    length = found->second;
    pieces().lengths.erase(found);
  }
  munmap(at, length);
  return true;
}

}  // namespace

namespace tsl {
namespace port {

__attribute__((visibility("default"))) void* AlignedMalloc(size_t size, std::align_val_t alignment) {
  size_t bytes = static_cast<size_t>(alignment);
  if (size >= kLarge && bytes <= kPage) return map((size + kPage - 1) / kPage * kPage);
  if (bytes < sizeof(void*)) bytes = sizeof(void*);
  void* at = nullptr;
  return posix_memalign(&at, bytes, size) == 0 ? at : nullptr;
}

__attribute__((visibility("default"))) void AlignedFree(void* at) {
  if (at != nullptr && !unmap(at)) free(at);
}

__attribute__((visibility("default"))) void AlignedSizedFree(void* at, size_t, std::align_val_t) {
  AlignedFree(at);
}

}  // namespace port
}  // namespace tsl
#endif
