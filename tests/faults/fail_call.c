/* Preloaded into `mote`: lets one call of the C library into the system fail, or kills the process there.
 * MOTE_FAULT=N:CODE     the Nth counted call returns an error with errno CODE; 0: kill -9 instead
 * MOTE_FAULT_COUNT=FILE how many calls were counted, written at the end
 * MOTE_MEMORY=N         from the Nth allocation on there is no memory; the count is of allocations then
 *
 * Counted: calls that create, change or read files and folders. Not a test of mote by itself:
 * tests/faults/run. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long counted, wanted = -1;
static int code;

static void read_wish(void) {
  const char *wish = getenv("MOTE_FAULT");
  wanted = wish ? atol(wish) : 0;
  const char *colon = wish ? strchr(wish, ':') : NULL;
  code = colon ? atoi(colon + 1) : 0;
}

static int is_due(void) {
  if (wanted < 0) read_wish();
  if (__atomic_add_fetch(&counted, 1, __ATOMIC_RELAXED) != wanted) return 0;
  if (code == 0) kill(getpid(), SIGKILL);
  errno = code;
  return 1;
}

__attribute__((destructor)) static void say_count(void) {
  const char *path = getenv("MOTE_FAULT_COUNT");
  if (!path) return;
  char text[32];
  const int length = snprintf(text, sizeof text, "%ld\n", counted);
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
  if (fd >= 0 && syscall(SYS_write, fd, text, length) >= 0) syscall(SYS_close, fd);
}

/* glibc's own, as dlsym() allocates */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

static int is_refused(void) {
  static long allocated, last = -1;
  if (last < 0) {
    const char *wish = getenv("MOTE_MEMORY");
    last = wish ? atol(wish) : 0;
  }
  if (last == 0) return 0;
  counted = __atomic_add_fetch(&allocated, 1, __ATOMIC_RELAXED);
  return counted >= last;
}
void *malloc(size_t n) { return is_refused() ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return is_refused() ? NULL : __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return is_refused() ? NULL : __libc_realloc(p, n); }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAILS(type, failure, name, declared, given) \
  type name declared { return is_due() ? (failure) : REAL(name) given; }

FAILS(ssize_t, -1, write, (int fd, const void *p, size_t n), (fd, p, n))
FAILS(ssize_t, -1, read, (int fd, void *p, size_t n), (fd, p, n))
FAILS(int, -1, fsync, (int fd), (fd))
FAILS(int, -1, rename, (const char *a, const char *b), (a, b))
FAILS(int, -1, renameat2, (int d, const char *a, int e, const char *b, unsigned f), (d, a, e, b, f))
FAILS(int, -1, mkdir, (const char *p, mode_t m), (p, m))
FAILS(int, -1, unlink, (const char *p), (p))
FAILS(int, -1, rmdir, (const char *p), (p))
FAILS(int, -1, ftruncate, (int fd, off_t n), (fd, n))
FAILS(int, -1, close, (int fd), (fd))
FAILS(DIR *, NULL, opendir, (const char *p), (p))
FAILS(void *, MAP_FAILED, mmap, (void *a, size_t n, int p, int f, int fd, off_t o), (a, n, p, f, fd, o))
FAILS(FILE *, NULL, fopen, (const char *p, const char *m), (p, m))
FAILS(FILE *, NULL, fopen64, (const char *p, const char *m), (p, m))
FAILS(char *, NULL, mkdtemp, (char *p), (p))

#define OPENS(name)                                       \
  int name(const char *path, int flags, ...) {            \
    mode_t mode = 0;                                      \
    if (flags & (O_CREAT | O_TMPFILE)) {                  \
      va_list list;                                       \
      va_start(list, flags);                              \
      mode = va_arg(list, mode_t);                        \
      va_end(list);                                       \
    }                                                     \
    return is_due() ? -1 : REAL(name)(path, flags, mode); \
  }
OPENS(open)
OPENS(open64)
