// TensorFlow's library writes two lines about its own logging to standard error while it is loaded, before any setting of
// ours is read. This small library is linked last, so that it starts first: it puts standard error aside, and the
// binding (unquiet.cc), which starts last, puts it back.
#include <fcntl.h>
#include <unistd.h>

extern "C" {
int givens_saved_stderr = -1;
}

__attribute__((constructor)) static void quiet() {
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere < 0) return;
  givens_saved_stderr = dup(STDERR_FILENO);
  if (givens_saved_stderr >= 0) dup2(nowhere, STDERR_FILENO);
  close(nowhere);
}
