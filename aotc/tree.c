/* aotc build --tree: every guest file below a directory. Each is compiled by a process of its own, so that neither a file that makes the
 * compiler die nor one that takes much memory touches the rest; large ones come first, one at a time with all threads, the others side by
 * side with one thread each. Whatever is published is whole, so a tree may be stopped at any moment and begun again. */
#include "aotc/aotc.h"
#include "aotc/build.h"
#include "aotc/elfneed.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LARGE_FILE = 16 << 20, MAX_WORKERS = 256 };

struct tfile {
    char *path;
    dev_t dev;
    ino_t ino;
    off_t size;
    uint16_t machine;
};

struct worker {
    pid_t pid;                  /* 0: none */
    unsigned file;
};

struct tree {
    struct build *b;
    struct tfile *file;
    unsigned nfile, cap;
    uint8_t (*seen)[16];        /* contents that were dealt with */
    unsigned nseen;
    uint64_t *image_size;       /* by file, shared with the workers */
    unsigned other, twins, stored, built, failed, done;
    int worst;
};

static void note(struct tree *t, int code)
{
    if (code)
        t->failed++;
    if (code > t->worst)
        t->worst = code;
}

/* ---- which files ---- */

static bool add_file(struct tree *t, const char *path, const struct stat *sb, uint16_t machine)
{
    if (t->nfile == t->cap) {
        unsigned cap = t->cap ? t->cap * 2 : 256;
        struct tfile *p = realloc(t->file, cap * sizeof *p);

        if (!p)
            return false;
        t->file = p;
        t->cap = cap;
    }
    t->file[t->nfile] = (struct tfile){strdup(path), sb->st_dev, sb->st_ino, sb->st_size, machine};
    return t->file[t->nfile++].path != NULL;
}

/* false: no memory. */
static bool look_at(struct tree *t, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct diag d = {0};
    struct elfneed n = {0};
    struct stat sb;
    bool ok = true;

    if (fd < 0) {
        note(t, aotc_fail(EXIT_IOERR, "%s: %s", path, strerror(errno)));
        return true;
    }
    enum status st = fstat(fd, &sb) ? fail(&d, ST_IO, 0, "%s", strerror(errno)) : elfneed_read(fd, &n, &d);
    const struct guest *g = st == ST_UNSUPPORTED || st == ST_IO ? NULL : guest_by_machine(n.machine);

    if (st == ST_IO || (st != ST_OK && g))
        note(t, aotc_diag(path, &d));
    else if (st == ST_OK && g && g->lift && n.exec)
        ok = add_file(t, path, &sb, n.machine);
    else
        t->other++;
    elfneed_free(&n);
    close(fd);
    return ok && st != ST_NOMEM;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Links are not followed, other file systems (a root's /proc) not entered. */
static bool walk(struct tree *t, const char *dir)
{
    char *const roots[] = {(char *)(uintptr_t)dir, NULL};
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, by_name);
    bool ok = fts != NULL;

    for (FTSENT *f; ok && (f = fts_read(fts)) != NULL;) {
        if (f->fts_info == FTS_F)
            ok = look_at(t, f->fts_path);
        else if (f->fts_info == FTS_DNR || f->fts_info == FTS_ERR || f->fts_info == FTS_NS)
            note(t, aotc_fail(EXIT_IOERR, "%s: %s", f->fts_path, strerror(f->fts_errno)));
    }
    if (fts)
        fts_close(fts);
    return ok;
}

static int by_inode(const void *a, const void *b)
{
    const struct tfile *x = a, *y = b;

    if (x->dev != y->dev)
        return x->dev < y->dev ? -1 : 1;
    if (x->ino != y->ino)
        return x->ino < y->ino ? -1 : 1;
    return strcmp(x->path, y->path);
}

static int by_size(const void *a, const void *b)
{
    const struct tfile *x = a, *y = b;

    return x->size != y->size ? (x->size > y->size ? -1 : 1) : strcmp(x->path, y->path);
}

/* Hard links once; then the largest first, so that no large one is left for the end. */
static void arrange(struct tree *t)
{
    unsigned n = 0;

    if (!t->nfile)
        return;
    qsort(t->file, t->nfile, sizeof *t->file, by_inode);
    for (unsigned i = 1; i < t->nfile; i++) {
        if (t->file[i].dev == t->file[n].dev && t->file[i].ino == t->file[n].ino) {
            free(t->file[i].path);
            t->twins++;
        } else {
            t->file[++n] = t->file[i];
        }
    }
    t->nfile = n + 1;
    qsort(t->file, t->nfile, sizeof *t->file, by_size);
}

/* ---- workers ---- */

/* Does file i need compiling? Not when the store has its image, or a file of the same content was taken. */
static bool wanted(struct tree *t, unsigned i)
{
    int fd = open(t->file[i].path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    uint8_t hash[16];
    bool known, stored;

    if (fd < 0) {
        note(t, aotc_fail(EXIT_IOERR, "%s: %s", t->file[i].path, strerror(errno)));
        return false;
    }
    stored = build_stored(t->b, t->file[i].machine, fd, hash, &known) && !t->b->rebuild;
    close(fd);
    for (unsigned k = 0; known && k < t->nseen; k++) {
        if (!memcmp(t->seen[k], hash, sizeof hash)) {
            t->twins++;
            return false;
        }
    }
    if (known)
        memcpy(t->seen[t->nseen++], hash, sizeof hash);
    t->stored += stored;
    return !stored;
}

static _Noreturn void work(struct tree *t, unsigned i, pid_t parent, unsigned threads)
{
    const char *path = t->file[i].path;
    int fd, code;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_IOERR);
    t->b->mod.jobs = threads;
    t->b->quiet |= t->b->mod.progress;
    t->b->mod.progress = false;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    code = fd < 0 ? aotc_fail(EXIT_IOERR, "%s: %s", path, strerror(errno)) : build_file(t->b, path, fd);
    t->image_size[i] = t->b->image_size;
    fflush(stdout);
    _exit(code);
}

static void show(const struct tree *t)
{
    if (t->b->mod.progress)
        fprintf(stderr, "\r\033[K%u/%u files", t->done, t->nfile);
}

static void start(struct tree *t, struct worker *w, unsigned i, unsigned threads)
{
    pid_t parent = getpid();

    fflush(stdout);
    *w = (struct worker){fork(), i};
    if (w->pid == 0)
        work(t, i, parent, threads);
    if (w->pid < 0) {
        w->pid = 0;
        t->done++;
        note(t, aotc_fail(EXIT_IOERR, "%s: cannot start a process: %s", t->file[i].path, strerror(errno)));
    }
}

/* Waits for one of the workers to end. */
static void reap(struct tree *t, struct worker *w, unsigned n)
{
    int status;
    pid_t pid = waitpid(-1, &status, 0);

    for (unsigned i = 0; pid > 0 && i < n; i++) {
        if (w[i].pid != pid)
            continue;
        const char *path = t->file[w[i].file].path;

        w[i].pid = 0;
        t->done++;
        if (WIFSIGNALED(status))
            note(t, aotc_fail(EXIT_DATA, "%s: the compiler was killed by signal %d (%s)", path, WTERMSIG(status),
                              strsignal(WTERMSIG(status))));
        else if (WEXITSTATUS(status))
            note(t, WEXITSTATUS(status));
        else
            t->built++;
        show(t);
    }
}

static unsigned running(const struct worker *w, unsigned n)
{
    unsigned k = 0;

    for (unsigned i = 0; i < n; i++)
        k += w[i].pid != 0;
    return k;
}

/* Files [from, to), n at a time. */
static void run(struct tree *t, unsigned from, unsigned to, unsigned n, unsigned threads)
{
    struct worker w[MAX_WORKERS] = {0};

    for (unsigned i = from; i < to; i++) {
        if (!wanted(t, i)) {
            t->done++;
            show(t);
            continue;
        }
        while (running(w, n) == n)
            reap(t, w, n);
        for (unsigned k = 0; k < n; k++) {
            if (!w[k].pid) {
                start(t, &w[k], i, threads);
                break;
            }
        }
    }
    while (running(w, n))
        reap(t, w, n);
}

static void build_all(struct tree *t)
{
    unsigned jobs = t->b->mod.jobs < MAX_WORKERS ? t->b->mod.jobs : MAX_WORKERS, large = 0;

    while (large < t->nfile && t->file[large].size >= LARGE_FILE)
        large++;
    run(t, 0, large, 1, jobs);
    run(t, large, t->nfile, jobs, 1);
    if (t->b->mod.progress)
        fprintf(stderr, "\r\033[K");
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void summary(const struct tree *t, const char *dir, double seconds)
{
    uint64_t size = 0;

    for (unsigned i = 0; i < t->nfile; i++)
        size += t->image_size[i];
    printf("%s: %u guest files: %u built, %u in the store already, %u the same as others, %u failed; %u other files; "
           "images of %.1f MiB in %.1f s\n",
           dir, t->built + t->stored + t->twins + t->failed, t->built, t->stored, t->twins, t->failed, t->other,
           (double)size / (1 << 20), seconds);
}

int build_tree(struct build *b, const char *dir)
{
    struct tree t = {.b = b};
    double begin = now();
    struct stat sb;
    size_t shared;

    if (stat(dir, &sb))
        return aotc_fail(EXIT_IOERR, "%s: %s", dir, strerror(errno));
    if (!S_ISDIR(sb.st_mode))
        return aotc_fail(EXIT_USAGE, "%s: not a directory", dir);
    bool ok = walk(&t, dir);

    arrange(&t);
    shared = (t.nfile + 1) * sizeof *t.image_size;
    t.seen = calloc(t.nfile + 1, sizeof *t.seen);
    t.image_size = mmap(NULL, shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!ok || !t.seen || t.image_size == MAP_FAILED) {
        t.worst = aotc_fail(EXIT_IOERR, "%s: out of memory", dir);
    } else {
        build_all(&t);
        if (!b->quiet)
            summary(&t, dir, now() - begin);
    }
    if (t.image_size != MAP_FAILED)
        munmap(t.image_size, shared);
    for (unsigned i = 0; i < t.nfile; i++)
        free(t.file[i].path);
    free(t.file);
    free(t.seen);
    return t.worst;
}
