/* The store: publication, replacement, several writers, kill -9 at every step, damage, and directories that must not be trusted.
 *
 * System calls that change the file system are interposed below (the program's own definitions win over libc's, for LMDB too),
 * so that a child can die right before the n-th of them: every point at which a crash leaves something else on disk is visited. */
#include "formats/hash.h"
#include "formats/image.h"
#include "formats/index.h"
#include "formats/store.h"

#include <check.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- dying on purpose ---- */

static int countdown = -1;      /* < 0: never */
static int disk_full;           /* writes fail with ENOSPC */

static void step(void)
{
    if (countdown >= 0 && countdown-- == 0)
        raise(SIGKILL);
}

int fsync(int fd) { step(); return (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { step(); return (int)syscall(SYS_fdatasync, fd); }
int fchmod(int fd, mode_t mode) { step(); return (int)syscall(SYS_fchmod, fd, mode); }
int renameat(int a, const char *from, int b, const char *to) { step(); return (int)syscall(SYS_renameat, a, from, b, to); }
int link(const char *from, const char *to) { step(); return (int)syscall(SYS_link, from, to); }
int unlink(const char *path) { step(); return (int)syscall(SYS_unlink, path); }
int unlinkat(int fd, const char *path, int flags) { step(); return (int)syscall(SYS_unlinkat, fd, path, flags); }
ssize_t pwrite(int fd, const void *p, size_t n, off_t off)
{
    step();
    if (disk_full) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, p, n, off);
}

/* ---- helpers ---- */

static char dir[64];

static void setup(void)
{
    strcpy(dir, "/tmp/aot-store-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
    char cmd[256];

    snprintf(cmd, sizeof(cmd), "chmod -R u+w %s; rm -rf %s", dir, dir);
    ck_assert_int_eq(system(cmd), 0);
}

static void in_dir(char *out, const char *file)
{
    snprintf(out, 200, "%s/%s", dir, file);
}

/* Publishes an image of module `module` at `level` whose code is `fill`. */
static enum status publish(unsigned module, unsigned level, unsigned fill, struct diag *d)
{
    uint8_t code[3000];
    struct image_content sec[IS_COUNT] = { [IS_CODE] = { code, sizeof(code) } };
    struct image_header h = { .guest_machine = EM_RISCV, .host_isa = 1, .host_level = (uint16_t)level, .features = fill };
    struct store_rec rec = { 0 };
    char tmp[200];
    int fd;
    enum status st;

    memset(code, (int)fill, sizeof(code));
    memset(h.module_hash, (int)module, 16);
    memcpy(rec.key.module_hash, h.module_hash, 16);
    rec.key.guest_machine = EM_RISCV;
    rec.key.host_isa = 1;
    rec.key.host_level = (uint16_t)level;
    snprintf(rec.name, sizeof(rec.name), "prog%u", module);
    st = store_temp(dir, &fd, tmp, sizeof(tmp), d);
    if (st != ST_OK)
        return st;
    st = image_write(fd, &h, sec, d);
    if (st == ST_OK)
        st = store_publish(dir, tmp, fd, &rec, d);
    else
        unlink(tmp);
    close(fd);
    return st;
}

static uint32_t find(unsigned module, struct store_rec **rec)
{
    uint8_t hash[16];
    struct diag d = { 0 };
    uint32_t n;

    memset(hash, (int)module, 16);
    ck_assert_msg(store_find(dir, hash, rec, &n, &d) == ST_OK, "%s", d.msg);
    return n;
}

/* The record's file opens and is a whole image with the given fill. */
static void check_image(const struct store_rec *rec, unsigned fill)
{
    struct image *im;
    struct diag d = { 0 };
    int fd;

    ck_assert_msg(store_open_file(dir, rec, &fd, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(image_open(fd, rec->file, NULL, &im, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(image_verify(im, &d) == ST_OK, "%s", d.msg);
    ck_assert_uint_eq(im->h.features, fill);
    ck_assert_uint_eq(rec->features, fill);
    image_close(im);
    close(fd);
}

static unsigned count_files(const char *part)
{
    DIR *dp = opendir(dir);
    struct dirent *de;
    unsigned n = 0;

    while ((de = readdir(dp)) != NULL)
        n += strstr(de->d_name, part) != NULL;
    closedir(dp);
    return n;
}

/* ---- tests ---- */

START_TEST(test_publish)
{
    struct store_rec *rec;
    struct diag d = { 0 };
    uint32_t n;

    ck_assert_uint_eq(find(1, &rec), 0);
    ck_assert_ptr_null(rec);
    ck_assert_msg(publish(1, 2, 11, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(publish(1, 3, 12, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(publish(2, 2, 13, &d) == ST_OK, "%s", d.msg);
    ck_assert_uint_eq(find(1, &rec), 2);
    ck_assert_uint_eq(rec[0].key.host_level, 3);
    check_image(&rec[0], 12);
    check_image(&rec[1], 11);
    ck_assert_str_eq(rec[0].name, "prog1");
    free(rec);
    ck_assert_uint_eq(find(3, &rec), 0);
    ck_assert_int_eq(store_list(dir, &rec, &n, &d), ST_OK);
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(store_remove(dir, &rec[0].key, &d), ST_OK);
    ck_assert_int_eq(store_remove(dir, &rec[0].key, &d), ST_NOTFOUND);
    free(rec);
    ck_assert_uint_eq(count_files(".aot"), 2);
    ck_assert_uint_eq(count_files(".tmp-"), 0);
}
END_TEST

START_TEST(test_replace)
{
    struct store_rec *old, *rec;
    struct diag d = { 0 };
    struct stat sb;
    char path[200];
    int fd;

    ck_assert_int_eq(publish(1, 2, 11, &d), ST_OK);
    ck_assert_uint_eq(find(1, &old), 1);
    ck_assert_int_eq(publish(1, 2, 11, &d), ST_OK);             /* the same bytes again */
    ck_assert_int_eq(publish(1, 2, 99, &d), ST_OK);
    ck_assert_uint_eq(find(1, &rec), 1);
    check_image(rec, 99);
    ck_assert_uint_eq(count_files(".aot"), 1);
    ck_assert_int_eq(store_open_file(dir, old, &fd, &d), ST_NOTFOUND);
    in_dir(path, rec->file);
    ck_assert_int_eq(stat(path, &sb), 0);
    ck_assert_uint_eq(sb.st_mode & 07777, 0444);
    free(old);
    free(rec);
}
END_TEST

START_TEST(test_many)
{
    struct store_rec *rec;
    struct diag d = { 0 };
    uint32_t n;

    for (unsigned i = 1; i <= 120; i++)         /* several leaf pages below a branch page */
        ck_assert_msg(publish(i, 2 + i % 3, i, &d) == ST_OK, "%s", d.msg);
    for (unsigned i = 1; i <= 120; i++) {
        ck_assert_uint_eq(find(i, &rec), 1);
        ck_assert_uint_eq(rec->features, i);
        free(rec);
    }
    ck_assert_int_eq(store_list(dir, &rec, &n, &d), ST_OK);
    ck_assert_uint_eq(n, 120);
    for (unsigned i = 0; i < n; i++)
        ck_assert_int_eq(store_remove(dir, &rec[i].key, &d), ST_OK);
    free(rec);
    ck_assert_int_eq(store_list(dir, &rec, &n, &d), ST_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_uint_eq(count_files(".aot"), 0);
}
END_TEST

START_TEST(test_refuses_bad_images)
{
    struct store_rec rec = { .state = STORE_FLAT };
    struct store_rec *list;
    struct diag d = { 0 };
    char tmp[200];
    int fd;

    ck_assert_int_eq(store_temp(dir, &fd, tmp, sizeof(tmp), &d), ST_OK);
    ck_assert_int_eq(write(fd, "no image", 8), 8);
    ck_assert_int_eq(store_publish(dir, tmp, fd, &rec, &d), ST_BADFORMAT);
    ck_assert_int_eq(access(tmp, F_OK), -1);
    close(fd);
    ck_assert_int_eq(store_temp(dir, &fd, tmp, sizeof(tmp), &d), ST_OK);
    rec.state = STORE_PACKED;
    ck_assert_int_eq(store_publish(dir, tmp, fd, &rec, &d), ST_BADFORMAT);
    close(fd);
    ck_assert_uint_eq(find(0, &list), 0);
}
END_TEST

/* Two processes publish into one store at the same time; a third reads all along and must never see damage. */
START_TEST(test_two_writers)
{
    struct store_rec *rec;
    struct diag d = { 0 };
    pid_t pid[2];
    uint32_t n;
    int status;

    for (unsigned w = 0; w < 2; w++) {
        pid[w] = fork();
        if (pid[w] == 0) {
            for (unsigned i = 0; i < 25; i++)
                if (publish(1 + i % 5, 2 + w, i, &d) != ST_OK)
                    _exit(1);
            _exit(0);
        }
    }
    for (unsigned left = 2; left;) {
        ck_assert_msg(store_list(dir, &rec, &n, &d) == ST_OK, "%s", d.msg);
        free(rec);
        while (left && waitpid(-1, &status, WNOHANG) > 0) {
            ck_assert_int_eq(status, 0);
            left--;
        }
    }
    ck_assert_int_eq(store_list(dir, &rec, &n, &d), ST_OK);
    ck_assert_uint_eq(n, 10);
    for (uint32_t i = 0; i < n; i++)
        check_image(&rec[i], (unsigned)rec[i].features);
    free(rec);
    ck_assert_uint_eq(count_files(".aot"), 10);
}
END_TEST

/* A child dies before its n-th change to the file system, for every n; afterwards the store holds the old image or the new one,
 * whole. */
START_TEST(test_kill)
{
    struct diag d = { 0 };
    unsigned n, killed = 0, fresh = _i;

    if (!fresh)
        ck_assert_int_eq(publish(1, 2, 11, &d), ST_OK);
    for (n = 0; n < 200; n++) {
        struct store_rec *rec;
        uint32_t count;
        int status;
        pid_t pid = fork();

        if (pid == 0) {
            countdown = (int)n;
            _exit(publish(1, 2, 100 + n, &d) == ST_OK ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        count = find(1, &rec);
        ck_assert_uint_le(count, 1);
        ck_assert(count == 1 || fresh);
        if (count)
            check_image(rec, (unsigned)rec->features);
        free(rec);
        if (!WIFSIGNALED(status)) {
            ck_assert_int_eq(status, 0);
            ck_assert_uint_eq(rec != NULL, 1);
            break;
        }
        killed++;
        if (fresh) {            /* start from an empty directory each time */
            teardown();
            ck_assert_int_eq(mkdir(dir, 0700), 0);
        }
    }
    ck_assert_uint_gt(killed, fresh ? 12 : 8);
    ck_assert_uint_lt(n, 200);
    ck_assert_msg(publish(1, 2, 12, &d) == ST_OK, "%s", d.msg);
}
END_TEST

/* Left-overs of killed writers go when they are old, and nothing else does. */
START_TEST(test_sweep)
{
    struct timespec old[2] = { { time(NULL) - 7200, 0 }, { time(NULL) - 7200, 0 } };
    static const char *const file[] = { ".tmp-stale1", ".tmp-fresh1", "0123-stale.aot", "0123-fresh.aot", "notes-stale.txt" };
    struct store_rec *rec;
    struct diag d = { 0 };
    char path[200];

    ck_assert_int_eq(publish(1, 2, 11, &d), ST_OK);
    ck_assert_uint_eq(find(1, &rec), 1);
    in_dir(path, rec->file);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, old, 0), 0);
    for (unsigned i = 0; i < 5; i++) {
        int fd;

        in_dir(path, file[i]);
        fd = open(path, O_CREAT | O_WRONLY, 0600);
        if (strstr(file[i], "stale"))
            futimens(fd, old);
        close(fd);
    }
    ck_assert_int_eq(publish(2, 2, 12, &d), ST_OK);
    ck_assert_uint_eq(count_files("stale1"), 0);
    ck_assert_uint_eq(count_files("fresh1"), 1);
    ck_assert_uint_eq(count_files("0123-stale"), 0);
    ck_assert_uint_eq(count_files("0123-fresh"), 1);
    ck_assert_uint_eq(count_files("notes"), 1);
    check_image(rec, 11);
    free(rec);
}
END_TEST

START_TEST(test_disk_full)
{
    struct store_rec *rec;
    struct diag d = { 0 };

    ck_assert_int_eq(publish(1, 2, 11, &d), ST_OK);
    disk_full = 1;
    ck_assert_int_eq(publish(1, 2, 22, &d), ST_IO);
    disk_full = 0;
    ck_assert_msg(strstr(d.msg, "No space left") && !strchr(d.msg, '\n'), "%s", d.msg);
    ck_assert_uint_eq(find(1, &rec), 1);
    check_image(rec, 11);
    free(rec);
    ck_assert_uint_eq(count_files(".tmp-"), 0);
}
END_TEST

/* As an ordinary user, whom permissions bind: reading works without leaving a trace, writing says why it does not. */
static void read_only_child(void)
{
    struct store_rec *rec;
    struct diag d = { 0 };
    uint32_t n;
    uint8_t hash[16];

    memset(hash, 1, 16);
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        _exit(2);
    if (store_find(dir, hash, &rec, &n, &d) != ST_OK || n != 1)
        _exit(3);
    if (publish(1, 2, 22, &d) != ST_IO || !strstr(d.msg, "cannot write") || strchr(d.msg, '\n'))
        _exit(4);
    if (store_remove(dir, &rec->key, &d) != ST_IO)
        _exit(5);
    _exit(0);
}

START_TEST(test_read_only)
{
    struct diag d = { 0 };
    struct store_rec *rec;
    char path[200];
    int status;
    pid_t pid;

    ck_assert_int_eq(publish(1, 2, 11, &d), ST_OK);
    in_dir(path, "index.lmdb-lock");
    ck_assert_int_eq(unlink(path), 0);
    in_dir(path, "index.lmdb");
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_int_eq(chmod(dir, 0555), 0);
    pid = fork();
    if (pid == 0)
        read_only_child();
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_uint_eq(count_files("lock"), 0);
    ck_assert_int_eq(chmod(dir, 0755), 0);
    ck_assert_uint_eq(find(1, &rec), 1);
    check_image(rec, 11);
    free(rec);
}
END_TEST

START_TEST(test_untrusted)
{
    struct store_rec *rec, *other;
    struct diag d = { 0 };
    char path[200], to[200];
    uint8_t hash[16];
    uint32_t n;
    int fd;

    memset(hash, 1, 16);
    ck_assert_int_eq(publish(1, 2, 11, &d), ST_OK);
    ck_assert_uint_eq(find(1, &rec), 1);
    chmod(dir, 0777);
    ck_assert_int_eq(store_find(dir, hash, &other, &n, &d), ST_MISMATCH);
    ck_assert_msg(strstr(d.msg, "written by others") != NULL, "%s", d.msg);
    ck_assert_int_eq(store_open_file(dir, rec, &fd, &d), ST_MISMATCH);
    ck_assert_int_eq(publish(1, 2, 12, &d), ST_MISMATCH);
    chmod(dir, 0755);
    in_dir(path, rec->file);
    chmod(path, 0464);
    ck_assert_int_eq(store_open_file(dir, rec, &fd, &d), ST_MISMATCH);
    chmod(path, 0444);
    in_dir(to, "moved");
    ck_assert_int_eq(rename(path, to), 0);
    ck_assert_int_eq(symlink(to, path), 0);
    ck_assert_int_eq(store_open_file(dir, rec, &fd, &d), ST_IO);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    ck_assert_int_eq(store_open_file(dir, rec, &fd, &d), ST_MISMATCH);
    ck_assert_int_eq(rmdir(path), 0);
    ck_assert_int_eq(rename(to, path), 0);
    rec->size++;
    ck_assert_int_eq(store_open_file(dir, rec, &fd, &d), ST_TRUNCATED);
    strcpy(rec->file, "../escape");
    ck_assert_int_ne(store_open_file(dir, rec, &fd, &d), ST_OK);
    in_dir(path, "index.lmdb");
    chmod(path, 0666);
    ck_assert_int_eq(store_find(dir, hash, &other, &n, &d), ST_MISMATCH);
    free(rec);
}
END_TEST

/* The index with bytes changed or cut off, read and written to: a message or an answer, never a crash, and image files stay. */
START_TEST(test_damaged_index)
{
    struct diag d = { 0 };
    char path[200];
    uint8_t *good;
    struct stat sb;
    uint64_t seed = 88172645463325252u;
    unsigned refused = 0, nfile;
    int fd;

    for (unsigned i = 1; i <= 30; i++)
        ck_assert_int_eq(publish(i, 2, i, &d), ST_OK);
    nfile = count_files(".aot");
    in_dir(path, "index.lmdb");
    fd = open(path, O_RDWR);
    fstat(fd, &sb);
    good = malloc((size_t)sb.st_size);
    ck_assert_int_eq(pread(fd, good, (size_t)sb.st_size, 0), sb.st_size);
    for (unsigned i = 0; i < 400; i++) {
        struct store_rec *rec;
        uint8_t hash[16];
        uint32_t n;
        pid_t pid;
        int status;

        for (unsigned k = 0; k < 1 + i % 3; k++) {
            static const uint64_t nasty[] = { 0, 1, ~UINT64_C(0), 0xffff, 0x7fff, 0x100000000, 3, 16 };
            uint64_t off;

            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            off = seed % 3 ? seed / 3 % ((uint64_t)sb.st_size / 4096) * 4096 + (seed >> 40) % 160
                           : seed / 3 % (uint64_t)(sb.st_size - 8);
            pwrite(fd, &nasty[seed >> 50 & 7], 1u << (seed >> 55 & 3), (off_t)off);
        }
        if (i % 10 == 0)
            ck_assert_int_eq(ftruncate(fd, (off_t)(seed % (uint64_t)sb.st_size)), 0);
        memset(hash, (int)(i % 31), 16);
        d.msg[0] = 0;
        if (store_find(dir, hash, &rec, &n, &d) == ST_OK)
            free(rec);
        else
            ck_assert(d.msg[0] && !strchr(d.msg, '\n') && ++refused);
        pid = fork();
        if (pid == 0) {
            memset(hash, 77, 16);
            struct stat self;

            stat("/proc/self/exe", &self);
            self.st_ctim.tv_sec -= 100;
            _exit(store_stat_remember(dir, &self, hash, &d) == ST_OK ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_msg(WIFEXITED(status), "writer died of signal %d in round %u", WTERMSIG(status), i);
        ck_assert_int_eq(ftruncate(fd, sb.st_size), 0);
        ck_assert_int_eq(syscall(SYS_pwrite64, fd, good, sb.st_size, 0), sb.st_size);
    }
    ck_assert_uint_gt(refused, 50);
    ck_assert_uint_eq(count_files(".aot"), nfile);
    close(fd);
    free(good);
}
END_TEST

static bool count_records(void *ctx, const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval)
{
    ++*(unsigned *)ctx;
    return true;
}

/* The walk and the full check accept every state that LMDB itself leaves behind. */
START_TEST(test_index_states)
{
    struct diag d = { 0 };
    char path[200];
    uint64_t seed = 362436069;

    in_dir(path, "index.lmdb");
    for (unsigned i = 0; i < 250; i++) {
        struct stat self;
        uint8_t hash[16] = { 0 };
        unsigned n = 0;
        int fd;

        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        stat("/proc/self/exe", &self);
        self.st_ino = 1 + seed % 5000;
        self.st_ctim.tv_sec -= 100;
        mkdir(dir, 0755);
        ck_assert_msg(store_stat_remember(dir, &self, hash, &d) == ST_OK, "%s", d.msg);
        ck_assert(store_stat_hash(dir, &self, hash));
        fd = open(path, O_RDONLY);
        ck_assert_msg(index_check(fd, "index", &d) == ST_OK, "round %u: %s", i, d.msg);
        ck_assert_int_eq(index_scan(fd, "index", NULL, 0, count_records, NULL, &n, &d), ST_OK);
        ck_assert_uint_gt(n, i / 2);
        close(fd);
    }
}
END_TEST

START_TEST(test_stat_and_attach)
{
    struct store_rec *rec;
    struct diag d = { 0 };
    struct stat sb;
    uint8_t hash[16] = { 0 }, real[16];
    bool known = false;
    uint32_t n;
    int fd = open("/proc/self/exe", O_RDONLY);

    fstat(fd, &sb);
    ck_assert_int_eq(hash_file(fd, real, &d), ST_OK);
    ck_assert_int_eq(store_attach(dir, fd, hash, &known, &rec, &n, &d), ST_OK);
    ck_assert(!known && n == 0);                /* nothing there yet: nothing was hashed for it */
    ck_assert_int_eq(publish(1, 2, 11, &d), ST_OK);
    ck_assert_int_eq(store_attach(dir, fd, hash, &known, &rec, &n, &d), ST_OK);
    ck_assert(known && n == 0);
    ck_assert_mem_eq(hash, real, 16);
    /* Lie about the content: the answer must now come from the index. */
    sb.st_ctim.tv_sec = time(NULL);
    memset(real, 1, 16);
    ck_assert_int_eq(store_stat_remember(dir, &sb, real, &d), ST_OK);
    ck_assert(!store_stat_hash(dir, &sb, hash));        /* too fresh to be trusted */
    fstat(fd, &sb);
    sb.st_ctim.tv_sec -= 10;
    ck_assert_int_eq(store_stat_remember(dir, &sb, real, &d), ST_OK);
    ck_assert(store_stat_hash(dir, &sb, hash));
    ck_assert_mem_eq(hash, real, 16);
    sb.st_size++;
    ck_assert(!store_stat_hash(dir, &sb, hash));
    known = true;
    memset(hash, 1, 16);
    ck_assert_int_eq(store_attach(dir, -1, hash, &known, &rec, &n, &d), ST_OK);
    ck_assert_uint_eq(n, 1);
    free(rec);
    close(fd);
}
END_TEST

/* The search path, joined by spaces, in a buffer of its own. */
static const char *search_path(const char *option, bool secure, unsigned room)
{
    static char text[256];
    char *out[8];
    unsigned n = store_search_path(option, secure, out, room);

    text[0] = 0;
    for (unsigned i = 0; i < n; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", out[i]);
        free(out[i]);
    }
    return text;
}

START_TEST(test_search_path)
{
    setenv("AOT_STORE", "/a", 1);
    setenv("XDG_CACHE_HOME", "/c", 1);
    setenv("HOME", "/home/x", 1);
    ck_assert_str_eq(search_path("/s", false, 8), "/s /a /usr/lib/aotc/store /c/aotc");
    setenv("XDG_CACHE_HOME", "relative", 1);
    ck_assert_str_eq(search_path(NULL, false, 8), "/a /usr/lib/aotc/store /home/x/.cache/aotc");
    unsetenv("AOT_STORE");
    unsetenv("HOME");
    ck_assert_str_eq(search_path(NULL, false, 8), "/usr/lib/aotc/store");
    ck_assert_str_eq(search_path("/s", true, 8), "/usr/lib/aotc/store");
    ck_assert_str_eq(search_path("/s", false, 1), "/s");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("store");
    TCase *t = tcase_create("store");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_publish);
    tcase_add_test(t, test_replace);
    tcase_add_test(t, test_many);
    tcase_add_test(t, test_refuses_bad_images);
    tcase_add_test(t, test_two_writers);
    tcase_add_loop_test(t, test_kill, 0, 2);
    tcase_add_test(t, test_sweep);
    tcase_add_test(t, test_disk_full);
    tcase_add_test(t, test_read_only);
    tcase_add_test(t, test_untrusted);
    tcase_add_test(t, test_damaged_index);
    tcase_add_test(t, test_index_states);
    tcase_add_test(t, test_stat_and_attach);
    tcase_add_test(t, test_search_path);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
