/* aotc build -L: programs with all the libraries that their dynamic linker loads. */
#include "aotc/aotc.h"
#include "aotc/build.h"
#include "aotc/libset.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One module of the set: skipped when the store has it. */
static int build_lib(struct build *b, const struct libset *s, const struct lib *l, unsigned *skipped)
{
    int fd = libset_open(s, l), code;
    struct elfneed n = {0};
    uint8_t hash[16];
    bool known;

    if (fd < 0)
        return aotc_fail(EXIT_IOERR, "%s: %s", l->host, strerror(-fd));
    if (!b->rebuild && elfneed_read(fd, &n, NULL) == ST_OK && (!n.exec || build_stored(b, n.machine, fd, hash, &known))) {
        *skipped += 1;
        code = EXIT_OK;
    } else {
        code = build_file(b, l->host, fd);
    }
    elfneed_free(&n);
    close(fd);
    return code;
}

int build_with_libs(struct build *b, const char *root, char **files, int n)
{
    unsigned skipped = 0;
    int worst = EXIT_OK, code;
    struct diag d = {0};
    struct rootdir r;
    struct libset s;

    if (rootdir_open(root, &r, &d) != ST_OK)
        return aotc_diag(root, &d);
    libset_init(&s, &r);
    for (int i = 0; i < n; i++) {
        d = (struct diag){0};
        code = libset_add(&s, files[i], &d) == ST_OK ? EXIT_OK : aotc_diag(files[i], &d);
        worst = code > worst ? code : worst;
    }
    for (unsigned i = 0; i < s.nmissing; i++) {
        code = aotc_fail(EXIT_MISSING, "%s needs %s, which is not there; go on without", s.missing[i].by, s.missing[i].name);
        worst = code > worst ? code : worst;
    }
    for (unsigned i = 0; i < s.nlib; i++) {
        code = build_lib(b, &s, &s.lib[i], &skipped);
        worst = code > worst ? code : worst;
    }
    if (!b->quiet && skipped)
        printf("%u of %u files are in the store already\n", skipped, s.nlib);
    libset_free(&s);
    close(r.fd);
    return worst;
}
