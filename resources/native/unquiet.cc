// The other half of quiet.cc, compiled into the binding: gives standard error back once the library is loaded.
#include <unistd.h>

extern "C" int givens_saved_stderr;

__attribute__((constructor)) static void unquiet() {
  if (givens_saved_stderr < 0) return;
  dup2(givens_saved_stderr, STDERR_FILENO);
  close(givens_saved_stderr);
  givens_saved_stderr = -1;
}
