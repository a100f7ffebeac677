/* One guest file's image: made, signed, written, published. */
#include "aotc/build.h"

#include "aotc/aotc.h"
#include "aotc/publish.h"
#include "formats/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Writes beside the destination and renames, so that a reader never sees half an image. */
static enum status write_output(const struct build *b, struct module *m, struct diag *d)
{
    char tmp[PATH_MAX];
    int fd, flat = -1;
    enum status st;

    if ((size_t)snprintf(tmp, sizeof tmp, "%s.XXXXXX", b->output) >= sizeof tmp)
        return fail(d, ST_IO, 0, "path too long");
    fd = mkostemp(tmp, O_CLOEXEC);
    if (fd < 0)
        return fail(d, ST_IO, 0, "cannot create: %s", strerror(errno));
    fchmod(fd, 0444);
    if (b->packed) {
        FILE *t = tmpfile();

        flat = t ? dup(fileno(t)) : -1;
        if (t)
            fclose(t);
        st = flat < 0 ? fail(d, ST_IO, 0, "cannot create a temporary file: %s", strerror(errno)) : publish_flat(flat, m, d);
        if (st == ST_OK)
            st = image_pack(flat, fd, 19, d);
        if (flat >= 0)
            close(flat);
    } else {
        st = publish_flat(fd, m, d);
    }
    if (close(fd) && st == ST_OK)
        st = fail(d, ST_IO, 0, "closing: %s", strerror(errno));
    if (st == ST_OK && rename(tmp, b->output))
        st = fail(d, ST_IO, 0, "cannot rename into place: %s", strerror(errno));
    if (st != ST_OK)
        unlink(tmp);
    return st;
}

static void summary(const struct build *b, const char *file, const struct module *m, const char *where, double seconds)
{
    char host[HOST_NAME];
    const char *flags = m->h.flags & IMAGE_PASSES ? ", strict: it passes condition flags" : m->h.flags & IMAGE_STRICT ? ", strict" : "";

    if (m->nfailed)
        fprintf(stderr, "aotc build: %s: %u of %u functions left to the runtime; first 0x%llx: %s\n", file, m->nfailed, m->nunit,
                (unsigned long long)m->first_failed_pc,
                m->first_failure.msg[0] ? m->first_failure.msg : status_name(m->first_failure.st));
    if (!b->quiet)
        printf("%s: %u functions, %llu instructions, image of %.1f MiB (%s%s) in %s, %.2f s\n", file, m->nunit - m->nfailed,
               (unsigned long long)m->ninsn, (double)m->h.file_size / (1 << 20),
               host_level_name(m->h.host_isa, m->h.host_level, host), flags, where, seconds);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int build_file(struct build *b, const char *name, int fd)
{
    struct diag d = {0};
    const struct guest *g;
    struct gelf *e = NULL;
    struct module m;
    double start = now();
    int code = aotc_open_guest(name, fd, &e, &g);

    if (code)
        return code;
    if (b->store && !b->no_profile)
        publish_profile(b->store, e, &b->mod);

    enum status st = module_build(e, g, &b->mod, &m, &d);

    free(b->mod.profile);
    b->mod.profile = NULL;
    if (st != ST_OK) {
        gelf_close(e);
        return aotc_diag(name, &d);
    }

    struct image_sig sig;

    if (b->sign && sign_image(&m.h, m.sec, b->key, &sig, &d) != ST_OK)
        code = aotc_diag(name, &d);
    if (!code && b->output && write_output(b, &m, &d) != ST_OK)
        code = aotc_diag(b->output, &d);
    if (!code && b->store && publish_module(b->store, name, fd, e, &m, &d) != ST_OK)
        code = aotc_diag(b->store, &d);
    if (!code)
        summary(b, name, &m, b->output ? b->output : b->store, now() - start);
    b->image_size = code ? 0 : m.h.file_size;
    module_free(&m);
    gelf_close(e);
    return code;
}

/* A strict image is what a build makes of a module that passes condition flags; of others it was made on demand. */
static bool passes_flags(const char *dir, const struct store_rec *rec)
{
    struct image_header h = {0};
    size_t got = 0;
    bool ok;
    int fd;

    if (store_open_file(dir, rec, &fd, NULL) != ST_OK)
        return false;
    ok = rec->state == STORE_PACKED ? image_packed_read(fd, 0, &h, sizeof h, &got, NULL) == ST_OK && got == sizeof h
                                    : pread(fd, &h, sizeof h, 0) == sizeof h;
    close(fd);
    return ok && h.flags & IMAGE_PASSES;
}

static bool is_wanted(const struct build *b, uint16_t machine, const struct store_rec *rec)
{
    uint8_t compiler[16];

    compiler_fingerprint(compiler);
    if (memcmp(rec->key.compiler, compiler, sizeof compiler) != 0 || rec->key.host_isa != b->mod.isa ||
        rec->key.host_level != b->mod.level || rec->key.guest_machine != machine)
        return false;
    return rec->variant == module_variant(&b->mod, b->mod.strict) ||
           (rec->variant == module_variant(&b->mod, true) && passes_flags(b->store, rec));
}

bool build_stored(const struct build *b, uint16_t machine, int fd, uint8_t hash[16], bool *known)
{
    struct store_rec *rec = NULL;
    bool found = false, by_stat;
    struct stat sb;
    uint32_t n = 0;

    *known = false;
    if (!b->store || fstat(fd, &sb))
        return false;
    by_stat = store_stat_hash(b->store, &sb, hash);
    if (store_attach(b->store, fd, hash, known, &rec, &n, NULL) != ST_OK)
        n = 0;
    if (!*known)
        *known = hash_file(fd, hash, NULL) == ST_OK;
    for (uint32_t i = 0; i < n && !found; i++)
        found = is_wanted(b, machine, &rec[i]);
    free(rec);
    if (found && !by_stat)
        publish_remember(b->store, NULL, fd, hash, &sb);
    return found;
}
