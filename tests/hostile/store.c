/* Mutants of a store's index, a page or a record of it, read by the runtime's way in and by `aotc store`; some of them written to.
 * */
#include "tests/hostile/hostile.h"

#include "formats/hash.h"
#include "formats/image.h"
#include "formats/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORDS = 40 };

static char dir[4096], index_path[4200];
static struct buf image;
static uint8_t module[16];
static int guest_fd;

static enum status publish(unsigned variant, struct diag *d)
{
    struct store_rec rec = { .state = STORE_FLAT, .name = "hostile" };
    struct image_header h;
    char tmp[4300];
    int fd;
    enum status st = store_temp(dir, &fd, tmp, sizeof tmp, d);

    if (st != ST_OK)
        return st;
    memcpy(&h, image.p, sizeof h);
    h.options_hash[0] = (uint8_t)variant;
    h.module_hash[1] ^= (uint8_t)(variant % 5);
    hash128(&h, offsetof(struct image_header, header_hash), h.header_hash);
    memcpy(image.p, &h, sizeof h);
    if (write(fd, image.p, image.n) != (ssize_t)image.n)
        exit(3);
    memcpy(rec.key.module_hash, h.module_hash, 16);
    memcpy(rec.key.compiler, h.compiler, 16);
    memcpy(rec.key.options_hash, h.options_hash, 16);
    rec.key.guest_machine = h.guest_machine;
    rec.key.host_isa = h.host_isa;
    rec.key.host_level = h.host_level;
    st = store_publish(dir, tmp, fd, &rec, d);
    close(fd);
    h.module_hash[1] ^= (uint8_t)(variant % 5);
    memcpy(image.p, &h, sizeof h);
    return st;
}

static void check_records(const struct store_rec *rec, uint32_t n, bool of_module)
{
    for (uint32_t i = 0; i < n; i++) {
        struct diag d;
        int fd = -1;

        if (!memchr(rec[i].file, 0, sizeof rec[i].file) || !memchr(rec[i].name, 0, sizeof rec[i].name) ||
            strchr(rec[i].file, '/') || rec[i].file[0] == '.' || !rec[i].file[0])
            harm("record %u names no file of the store", i);
        else if (store_open_file(dir, &rec[i], &fd, &d) == ST_OK)
            close(fd);
        if (of_module && memcmp(rec[i].key.module_hash, module, 16))
            harm("record %u is another module's", i);
    }
}

static void use(struct rng *r)
{
    struct store_rec *rec = NULL;
    struct diag d = { 0 };
    uint8_t hash[16];
    uint32_t n = 0;
    bool known = false;

    if (store_find(dir, module, &rec, &n, &d) == ST_OK)
        check_records(rec, n, true);
    else if (strchr(d.msg, '\n') || !*d.msg)
        harm("refused without a proper message");
    fate(d.st ? REFUSED : ACCEPTED);
    free(rec);
    rec = NULL;
    if (store_list(dir, &rec, &n, &d) == ST_OK)
        check_records(rec, n, false);
    free(rec);
    rec = NULL;
    if (store_attach(dir, guest_fd, hash, &known, &rec, &n, &d) == ST_OK)
        check_records(rec, n, false);
    free(rec);
    if (one_in(r, 8)) {                 /* writers, which hand the file to LMDB */
        struct stat st;

        if (fstat(guest_fd, &st) == 0)
            store_stat_remember(dir, &st, module, &d);
        if (one_in(r, 2))
            publish((unsigned)below(r, RECORDS + 10), &d);
    }
}

static void put_index(const struct buf *b)
{
    int fd = open(index_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, b->p, b->n) != (ssize_t)b->n)
        exit(3);
    close(fd);
}

/* Numbers inside pages: node offsets, sizes, page numbers, flags. */
static void mutate_index(struct rng *r, struct buf *b)
{
    const uint64_t near[] = { b->n / 4096, b->n, 4096, 16 };

    if (one_in(r, 4)) {
        mutate_raw(r, b);
        return;
    }
    for (unsigned n = 1 + (unsigned)below(r, 4); n; n--) {
        uint64_t page = below(r, b->n / 4096) * 4096, w = 1u << (1 + below(r, 3)), v = odd_number(r, near, 4);
        uint64_t at = page + ((one_in(r, 2) ? below(r, 160) : below(r, 4096)) & ~(w - 1));

        if (at + w <= b->n)
            memcpy(b->p + at, &v, w);
    }
}

static void make_store(const struct job *j)
{
    struct stat st;
    struct diag d;

    snprintf(dir, sizeof dir, "%s/store", j->file[0]);
    snprintf(index_path, sizeof index_path, "%s/index.lmdb", dir);
    guest_fd = open(j->file[2], O_RDONLY | O_CLOEXEC);
    if (!buf_read(&image, j->file[1]) || guest_fd < 0 || fstat(guest_fd, &st))
        exit(3);
    for (unsigned i = 0; i < RECORDS; i++)
        if (publish(i, &d) != ST_OK) {
            printf("%s\n", d.msg);
            exit(3);
        }
    memcpy(module, ((struct image_header *)image.p)->module_hash, 16);
    store_stat_remember(dir, &st, module, &d);
}

/* Files: a scratch directory, an image, its guest program. */
void hostile_store(const struct job *j)
{
    struct buf sound = { 0 }, b = { 0 };

    if (j->nfile != 3)
        exit(64);
    make_store(j);
    if (!buf_read(&sound, index_path) || sound.n < 4096)
        exit(3);
    for (uint64_t i = 0; i < j->count; i++) {
        if (j->only >= 0 && (uint64_t)j->only != i)
            continue;
        struct rng r = mutant(j, i);

        buf_set(&b, sound.p, sound.n);
        mutate_index(&r, &b);
        put_index(&b);
        use(&r);
    }
    close(guest_fd);
    buf_free(&sound);
    buf_free(&b);
    buf_free(&image);
}
