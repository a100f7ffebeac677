/* Which libraries a program gets, in roots made here of files that have a dynamic section and nothing else. */
#include "aotc/libset.h"

#include <check.h>
#include <elf.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/libset_test.XXXXXX";

static void make_dirs(char *path)
{
    for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        mkdir(path, 0755);
        *p = '/';
    }
}

static void write_file(const char *name, const void *bytes, size_t n)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s%s", root, name);
    make_dirs(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

    ck_assert_msg(fd >= 0, "%s", path);
    ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
    close(fd);
}

/* An AArch64 library, or with interp a program. Then pairs: DT_* tag and string (for DT_FLAGS_1: ""), 0 at the end. */
static void make_elf_of(unsigned machine, const char *name, const char *interp, ...)
{
    enum { DYN = 0x200, STR = 0x600, SIZE = 0x1000 };
    uint8_t buf[SIZE] = {0};
    Elf64_Ehdr eh = {.e_type = ET_DYN, .e_machine = (Elf64_Half)machine, .e_version = EV_CURRENT, .e_phoff = sizeof eh,
                     .e_ehsize = sizeof eh, .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = interp ? 3 : 2};
    Elf64_Phdr ph[3] = {{.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_filesz = SIZE, .p_memsz = SIZE},
                        {.p_type = PT_DYNAMIC, .p_offset = DYN, .p_vaddr = DYN, .p_filesz = 0x300},
                        {.p_type = PT_INTERP, .p_offset = 0xf00, .p_filesz = interp ? strlen(interp) + 1 : 0}};
    Elf64_Dyn *dyn = (Elf64_Dyn *)(void *)(buf + DYN);
    size_t at = 1;
    va_list ap;

    memcpy(eh.e_ident, ELFMAG "\2\1\1", 7);
    memcpy(buf, &eh, sizeof eh);
    memcpy(buf + sizeof eh, ph, sizeof ph);
    if (interp)
        strcpy((char *)buf + 0xf00, interp);
    *dyn++ = (Elf64_Dyn){DT_STRTAB, {STR}};
    *dyn++ = (Elf64_Dyn){DT_STRSZ, {0x800}};
    va_start(ap, interp);
    for (long tag; (tag = va_arg(ap, int)) != 0;) {
        const char *s = va_arg(ap, const char *);

        *dyn++ = (Elf64_Dyn){tag == (int)DT_FLAGS_1 ? DT_FLAGS_1 : tag, {tag == (int)DT_FLAGS_1 ? DF_1_NODEFLIB : at}};
        at += strlen(strcpy((char *)buf + STR + at, s)) + 1;
    }
    va_end(ap);
    write_file(name, buf, sizeof buf);
}

#define LIB(name, ...) make_elf_of(EM_AARCH64, name, NULL, __VA_ARGS__)
#define PROGRAM(name, ...) make_elf_of(EM_AARCH64, name, "/lib/ld-x.so.1", __VA_ARGS__)
#define MUSL(name, ...) make_elf_of(EM_AARCH64, name, "/lib/ld-musl-aarch64.so.1", __VA_ARGS__)

static void start(void)
{
    strcpy(root, "/tmp/libset_test.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    LIB("/lib/ld-x.so.1", DT_SONAME, "ld-x.so.1", 0);
}

static int remove_one(const char *path, const struct stat *sb, int type, struct FTW *f)
{
    return remove(path);
}

/* Resolves /bin/p; what it found, and then what is missing, as one line. */
static const char *result(void)
{
    static char line[4096];
    char path[PATH_MAX];
    struct rootdir r;
    struct libset s;
    struct diag d = {0};
    size_t n = 0;

    snprintf(path, sizeof path, "%s/bin/p", root);
    ck_assert_msg(rootdir_open(root, &r, &d) == ST_OK, "%s", d.msg);
    libset_init(&s, &r);
    ck_assert_msg(libset_add(&s, path, &d) == ST_OK, "%s", d.msg);
    line[0] = 0;
    for (unsigned i = 1; i < s.nlib; i++) {
        int fd = libset_open(&s, &s.lib[i]);

        ck_assert_int_ge(fd, 0);
        close(fd);
        n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", n ? " " : "", s.lib[i].path);
    }
    for (unsigned i = 0; i < s.nmissing; i++)
        n += (size_t)snprintf(line + n, sizeof line - n, " -%s", s.missing[i].name);
    libset_free(&s);
    close(r.fd);
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return line;
}

START_TEST(defaults)
{
    start();
    PROGRAM("/bin/p", DT_NEEDED, "liba.so", DT_NEEDED, "libgone.so", DT_NEEDED, "libb.so", 0);
    LIB("/usr/lib/aarch64-linux-gnu/liba.so", DT_NEEDED, "libb.so", DT_NEEDED, "ld-x.so.1", 0);
    LIB("/lib/liba.so", 0);                                     /* multiarch comes first */
    make_elf_of(EM_RISCV, "/lib/aarch64-linux-gnu/libb.so", NULL, 0);   /* another machine's is passed over */
    LIB("/usr/lib/libb.so", 0);
    ck_assert_str_eq(result(), "/lib/ld-x.so.1 /usr/lib/aarch64-linux-gnu/liba.so /usr/lib/libb.so -libgone.so");
}
END_TEST

START_TEST(sonames_and_other_names)
{
    start();
    PROGRAM("/bin/p", DT_NEEDED, "liba.so", DT_NEEDED, "real.so.1", DT_NEEDED, "libb.so", 0);
    LIB("/lib/liba.so", DT_SONAME, "real.so.1", 0);
    LIB("/lib/real.so.1", 0);                                   /* the name is taken: not loaded */
    LIB("/opt/b.so", 0);
    char from[PATH_MAX];

    snprintf(from, sizeof from, "%s/lib/libb.so", root);
    ck_assert_int_eq(symlink("/opt/b.so", from), 0);            /* an absolute link stays in the root */
    ck_assert_str_eq(result(), "/lib/ld-x.so.1 /lib/liba.so /lib/libb.so");
}
END_TEST

START_TEST(paths_of_the_file)
{
    start();
    PROGRAM("/bin/p", DT_NEEDED, "liba.so", DT_RPATH, "/nowhere:$ORIGIN/../priv", 0);
    LIB("/priv/liba.so", DT_NEEDED, "libb.so", DT_NEEDED, "libc.so", DT_NEEDED, "libd.so", 0);   /* its loader's RPATH counts */
    LIB("/priv/libb.so", DT_NEEDED, "libd.so", DT_RUNPATH, "${ORIGIN}/$LIB", 0);
    LIB("/priv/libc.so", DT_NEEDED, "libe.so", DT_NEEDED, "libf.so", DT_RUNPATH, "/run", DT_RPATH, "/rp", 0);
    LIB("/priv/libd.so", 0);
    LIB("/rp/libe.so", 0);
    LIB("/run/libf.so", DT_NEEDED, "libg.so", 0);
    LIB("/run/libg.so", 0);                                     /* RUNPATH is for direct needs only */
    LIB("/priv/libg.so", 0);
    ck_assert_str_eq(result(), "/lib/ld-x.so.1 /bin/../priv/liba.so /bin/../priv/libb.so /bin/../priv/libc.so /bin/../priv/libd.so "
                               "/run/libf.so /bin/../priv/libg.so -libe.so");
}
END_TEST

START_TEST(no_default_directories)
{
    start();
    PROGRAM("/bin/p", DT_NEEDED, "liba.so", (int)DT_FLAGS_1, "", 0);
    LIB("/lib/liba.so", 0);
    ck_assert_str_eq(result(), "/lib/ld-x.so.1 -liba.so");
}
END_TEST

static void make_cache(const char *name, const char *path)
{
    uint8_t p[256] = "glibc-ld.so.cache1.1";
    uint32_t one = 1, flags = 0x0a03, key = 72, value = 73 + (uint32_t)strlen(name);

    memcpy(p + 20, &one, 4);
    memcpy(p + 48, &flags, 4);
    memcpy(p + 52, &key, 4);
    memcpy(p + 56, &value, 4);
    strcpy((char *)p + key, name);
    strcpy((char *)p + value, path);
    write_file("/etc/ld.so.cache", p, sizeof p);
}

START_TEST(cache_and_conf)
{
    start();
    PROGRAM("/bin/p", DT_NEEDED, "liba.so", DT_NEEDED, "libb.so", 0);
    LIB("/lib/liba.so", 0);
    LIB("/opt/cached/liba.so", 0);
    LIB("/opt/conf/libb.so", 0);
    write_file("/etc/ld.so.conf", "# none\n/opt/conf\n", 17);
    make_cache("liba.so", "/opt/cached/liba.so");               /* before the defaults; and with a cache conf means nothing */
    ck_assert_str_eq(result(), "/lib/ld-x.so.1 /opt/cached/liba.so -libb.so");
    start();
    PROGRAM("/bin/p", DT_NEEDED, "liba.so", DT_NEEDED, "libb.so", 0);
    LIB("/lib/liba.so", 0);
    LIB("/opt/conf/liba.so", 0);
    LIB("/opt/conf/libb.so", 0);
    write_file("/etc/ld.so.conf", "include ld.so.conf.d/*.conf\ninclude /etc/ld.so.conf\n", 52);
    write_file("/etc/ld.so.conf.d/x.conf", "  /opt/conf # ours\nhwcap 1 nosegneg\n", 36);
    ck_assert_str_eq(result(), "/lib/ld-x.so.1 /lib/liba.so /opt/conf/libb.so");
}
END_TEST

START_TEST(musl)
{
    start();
    LIB("/lib/ld-musl-aarch64.so.1", 0);
    MUSL("/bin/p", DT_NEEDED, "liba.so", DT_NEEDED, "libc.musl-aarch64.so.1", 0);
    LIB("/usr/local/lib/liba.so", DT_NEEDED, "libb.so", 0);
    LIB("/usr/lib/libb.so", 0);
    ck_assert_str_eq(result(), "/lib/ld-musl-aarch64.so.1 /usr/local/lib/liba.so /usr/lib/libb.so");
    start();
    LIB("/lib/ld-musl-aarch64.so.1", 0);
    MUSL("/bin/p", DT_NEEDED, "liba.so", 0);
    write_file("/etc/ld-musl-aarch64.path", "/x\n/y\n", 6);
    LIB("/usr/lib/liba.so", 0);
    LIB("/y/liba.so", 0);
    ck_assert_str_eq(result(), "/lib/ld-musl-aarch64.so.1 /y/liba.so");
}
END_TEST

START_TEST(wrong_files)
{
    struct rootdir r;
    struct libset s;
    struct diag d = {0};
    char path[PATH_MAX];

    start();
    write_file("/bin/p", "#!/bin/sh\n", 10);
    make_elf_of(EM_386, "/bin/q", NULL, 0);
    ck_assert_int_eq(rootdir_open(root, &r, &d), ST_OK);
    libset_init(&s, &r);
    snprintf(path, sizeof path, "%s/bin/p", root);
    ck_assert_int_eq(libset_add(&s, path, &d), ST_UNSUPPORTED);
    ck_assert_int_eq(libset_add(&s, "/bin/q", &d), ST_UNSUPPORTED);
    ck_assert_int_eq(libset_add(&s, "/bin/none-such", &d), ST_IO);
    ck_assert_uint_eq(s.nlib, 0);
    libset_free(&s);
    close(r.fd);
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    ck_assert_int_eq(rootdir_open("/none-such", &r, &d), ST_IO);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("libset");
    TCase *t = tcase_create("libset");
    SRunner *r = srunner_create(s);

    tcase_add_test(t, defaults);
    tcase_add_test(t, sonames_and_other_names);
    tcase_add_test(t, paths_of_the_file);
    tcase_add_test(t, no_default_directories);
    tcase_add_test(t, cache_and_conf);
    tcase_add_test(t, musl);
    tcase_add_test(t, wrong_files);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);

    srunner_free(r);
    return failed != 0;
}
