/*
 * Faults of a disk, put between a program and libc by LD_PRELOAD. The rules stand in the file that HYGATE_DISK_FAULTS
 * names, mapped into memory: whoever writes into it turns a fault on and off while the program runs (disk-faults.ts,
 * which knows the same layout). A call goes through every rule that names its kind and a part of its file's path.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OP_WRITE = 1, OP_SYNC = 2, OP_OPEN = 4, OP_READ = 8, OP_CHANGE = 16 };
enum { RULES = 16, PATH_BYTES = 216 };

struct rule {
  volatile uint32_t ops; /* 0: no rule */
  int32_t error;         /* errno; 0: the call succeeds, after the delay */
  uint32_t delay_ms;
  int32_t torn;          /* a write stops after so many bytes, and the process dies; -1: not */
  volatile int64_t times; /* so often, then never again; -1: for ever */
  volatile int64_t room;  /* bytes that may still be written before the error; -1: it comes at once */
  volatile int64_t hits;  /* calls that were failed, delayed or torn */
  char path[PATH_BYTES];
};

static struct rule *rules;

__attribute__((constructor)) static void map_rules(void) {
  const char *file = getenv("HYGATE_DISK_FAULTS");
  int fd = file == NULL ? -1 : open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *at = mmap(NULL, RULES * sizeof(struct rule), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (at != MAP_FAILED) rules = at;
}

static int path_of(int fd, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return path[0] == '/';
}

static void wait_ms(uint32_t ms) {
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000L};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}

/* Whether this call is one of those that the rule still fails. */
static int due(struct rule *rule, int64_t bytes) {
  if (rule->room >= 0 && __atomic_sub_fetch(&rule->room, bytes, __ATOMIC_SEQ_CST) >= 0) return 0;
  if (rule->room < -1) rule->room = 0;
  if (rule->times < 0) return 1;
  if (__atomic_sub_fetch(&rule->times, 1, __ATOMIC_SEQ_CST) >= 0) return 1;
  rule->times = 0;
  return 0;
}

/* The errno of the first rule that fails the call; 0 when it may go on. `torn` tells how far a write may come. */
static int judge(uint32_t op, const char *path, int64_t bytes, int32_t *torn) {
  for (int i = 0; i < RULES; i++) {
    struct rule *rule = &rules[i];
    if ((rule->ops & op) == 0 || strstr(path, rule->path) == NULL || !due(rule, bytes)) continue;
    __atomic_add_fetch(&rule->hits, 1, __ATOMIC_SEQ_CST);
    if (rule->delay_ms > 0) wait_ms(rule->delay_ms);
    if (torn != NULL && rule->torn >= 0) *torn = rule->torn;
    if (rule->error != 0) return rule->error;
  }
  return 0;
}

static int watched(uint32_t op) {
  if (rules == NULL) return 0;
  for (int i = 0; i < RULES; i++)
    if (rules[i].ops & op) return 1;
  return 0;
}

static int judge_fd(uint32_t op, int fd, int64_t bytes, int32_t *torn) {
  char path[4096];
  if (!watched(op) || !path_of(fd, path, sizeof path)) return 0;
  return judge(op, path, bytes, torn);
}

static int judge_path(uint32_t op, const char *path) {
  return watched(op) ? judge(op, path, 0, NULL) : 0;
}

#define NEXT(name) \
  static __typeof__(name) *next; \
  if (next == NULL) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define FAIL(error_expression) \
  do { \
    int wrong = (error_expression); \
    if (wrong != 0) { errno = wrong; return -1; } \
  } while (0)

#define TEAR(call) \
  do { \
    if (torn >= 0) { (void)!(call); raise(SIGKILL); } \
  } while (0)

ssize_t write(int fd, const void *data, size_t size) {
  NEXT(write);
  int32_t torn = -1;
  FAIL(judge_fd(OP_WRITE, fd, (int64_t)size, &torn));
  TEAR(next(fd, data, (size_t)torn < size ? (size_t)torn : size));
  return next(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  NEXT(pwrite64);
  int32_t torn = -1;
  FAIL(judge_fd(OP_WRITE, fd, (int64_t)size, &torn));
  TEAR(next(fd, data, (size_t)torn < size ? (size_t)torn : size, at));
  return next(fd, data, size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  NEXT(writev);
  FAIL(judge_fd(OP_WRITE, fd, 1, NULL));
  return next(fd, parts, count);
}

ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
  NEXT(pread64);
  FAIL(judge_fd(OP_READ, fd, 0, NULL));
  return next(fd, data, size, at);
}

int fsync(int fd) {
  NEXT(fsync);
  FAIL(judge_fd(OP_SYNC, fd, 0, NULL));
  return next(fd);
}

int fdatasync(int fd) {
  NEXT(fdatasync);
  FAIL(judge_fd(OP_SYNC, fd, 0, NULL));
  return next(fd);
}

int ftruncate64(int fd, off64_t size) {
  NEXT(ftruncate64);
  FAIL(judge_fd(OP_CHANGE, fd, 0, NULL));
  return next(fd, size);
}

int rename(const char *from, const char *to) {
  NEXT(rename);
  FAIL(judge_path(OP_CHANGE, from));
  return next(from, to);
}

int unlink(const char *path) {
  NEXT(unlink);
  FAIL(judge_path(OP_CHANGE, path));
  return next(path);
}

int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  FAIL(judge_path(OP_CHANGE, path));
  return next(path, mode);
}

/* Opening only to read goes on: a disk that is mounted read-only still reads. */
static int judge_open(const char *path, int flags) {
  return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) == 0 ? 0 : judge_path(OP_OPEN, path);
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    NEXT(name); \
    FAIL(judge_open(path, flags)); \
    return next(path, flags, mode); \
  }

OPEN(open)
OPEN(open64)
