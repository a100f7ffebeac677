/* ld.so.conf. Loops of includes end at a depth; files have bounded sizes. */
#include "aotc/ldconf.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILE = 1 << 20, MAX_DEPTH = 8, MAX_FILES = 1024 };

struct conf {
    const struct rootdir *r;
    char *dirs;
    size_t n;
    unsigned files;
};

static char *read_text(const struct rootdir *r, const char *file)
{
    bool in_root;
    int fd = rootdir_file(r, file, &in_root);
    char *s = NULL;
    struct stat sb;

    if (fd < 0)
        return NULL;
    if ((in_root || r->fd < 0) && !fstat(fd, &sb) && S_ISREG(sb.st_mode) && sb.st_size <= MAX_FILE &&
        (s = calloc((size_t)sb.st_size + 1, 1)) != NULL && pread(fd, s, (size_t)sb.st_size, 0) < 0) {
        free(s);
        s = NULL;
    }
    close(fd);
    return s;
}

static void add_dir(struct conf *c, const char *dir, size_t n)
{
    char *p = n ? realloc(c->dirs, c->n + n + 2) : NULL;

    if (!p)
        return;
    c->dirs = p;
    if (c->n)
        p[c->n++] = ':';
    memcpy(p + c->n, dir, n);
    c->n += n;
    p[c->n] = 0;
}

static void read_conf(struct conf *c, const char *file, unsigned depth);

/* The last part of the pattern may have wildcards. */
static void include(struct conf *c, const char *from, const char *pattern, unsigned depth)
{
    char full[PATH_MAX], path[PATH_MAX];
    const char *slash = strrchr(from, '/');
    struct dirent **list;
    char *name;
    int fd, n;

    if (pattern[0] == '/')
        slash = from;
    if ((size_t)snprintf(full, sizeof full, "%.*s%s%s", (int)(slash - from), from, pattern[0] == '/' ? "" : "/", pattern) >= sizeof full)
        return;
    name = strrchr(full, '/');
    *name++ = 0;
    fd = rootdir_file(c->r, *full ? full : "/", NULL);
    if (fd < 0)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    n = scandir(path, &list, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (list[i]->d_name[0] != '.' && !fnmatch(name, list[i]->d_name, FNM_PERIOD) &&
            (size_t)snprintf(path, sizeof path, "%s/%s", full, list[i]->d_name) < sizeof path)
            read_conf(c, path, depth + 1);
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    close(fd);
}

static void read_conf(struct conf *c, const char *file, unsigned depth)
{
    char *text = depth < MAX_DEPTH && c->files++ < MAX_FILES ? read_text(c->r, file) : NULL;
    char *save = NULL;

    if (!text)
        return;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        line[strcspn(line, "#\r")] = 0;
        line += strspn(line, " \t");
        for (size_t n = strlen(line); n && strchr(" \t", line[n - 1]); n--)
            line[n - 1] = 0;
        if (!strncmp(line, "include", 7) && strchr(" \t", line[7]))
            include(c, file, line + 7 + strspn(line + 7, " \t"), depth);
        else if (line[0] == '/')
            add_dir(c, line, strcspn(line, "="));       /* "dir=libc5": the type is of no use any more */
    }
    free(text);
}

char *ldconf_read(const struct rootdir *r, const char *file)
{
    struct conf c = {.r = r};

    read_conf(&c, file, 0);
    return c.dirs;
}

char *ldconf_lines(const struct rootdir *r, const char *file)
{
    char *text = read_text(r, file);

    for (char *p = text; p && *p; p++)
        if (*p == '\n')
            *p = ':';
    return text;
}
