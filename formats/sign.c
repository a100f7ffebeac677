/* Keys, signatures, trust. All cryptography is libsodium's. */
#include "formats/sign.h"
#include "formats/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(crypto_sign_PUBLICKEYBYTES == SIGN_PUBLIC && crypto_sign_SECRETKEYBYTES == SIGN_SECRET &&
               crypto_sign_BYTES == 64, "ed25519");
_Static_assert(sizeof(struct image_sig) == 8 + 32 + 64 + IS_SIG * 32, "on-disk records have no padding");

static const char sig_magic[8] = "AOTSIG1\n";
static const char text[24] = "AOT image signature, 1.";
static const char public_word[] = "aotc-ed25519-public", secret_word[] = "aotc-ed25519-secret";

/* What is signed. */
struct message { char text[24]; struct image_header h; uint8_t content[IS_SIG][SIGN_HASH]; };

static void make_message(const struct image_header *h, const struct image_sig *sig, struct message *m)
{
    memset(m, 0, sizeof(*m));
    memcpy(m->text, text, sizeof(text));
    m->h = *h;
    memset(m->h.section[IS_SIG].hash, 0, 16);
    memset(m->h.header_hash, 0, 16);
    memcpy(m->content, sig->content, sizeof(m->content));
}

static void section_hash(const void *p, uint64_t n, uint8_t out[SIGN_HASH])
{
    crypto_generichash(out, SIGN_HASH, n ? p : (const void *)"", n, NULL, 0);
}

/* ---- keys ---- */

static int nibble(int c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool from_hex(const char *s, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int hi = nibble(s[2 * i]), lo = hi < 0 ? -1 : nibble(s[2 * i + 1]);

        if (lo < 0)
            return false;
        out[i] = (uint8_t)(hi << 4 | lo);
    }
    return s[2 * n] == 0 || s[2 * n] == ' ' || s[2 * n] == '\n';
}

static enum status parse_key(int fd, const char *path, const char *word, uint8_t *key, size_t n, struct diag *d)
{
    char line[512];
    ssize_t got = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
    size_t len = strlen(word);
    enum status st = ST_OK;

    if (got < 0)
        return fail(d, errno == ENOENT ? ST_NOTFOUND : ST_IO, 0, "key %s: %s", path, strerror(errno));
    line[got] = 0;
    if (strncmp(line, word, len) != 0 || line[len] != ' ' || !from_hex(line + len + 1, key, n))
        st = fail(d, ST_BADFORMAT, 0, "%s is no %s key of aotc", path, word == public_word ? "public" : "secret");
    sodium_memzero(line, sizeof(line));
    return st;
}

static enum status read_key(int dirfd, const char *path, const char *word, uint8_t *key, size_t n, struct diag *d)
{
    int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum status st = parse_key(fd, path, word, key, n, d);

    if (fd >= 0)
        close(fd);
    return st;
}

enum status sign_read_secret(const char *path, uint8_t key[SIGN_SECRET], struct diag *d)
{
    return read_key(AT_FDCWD, path, secret_word, key, SIGN_SECRET, d);
}

enum status sign_read_public(const char *path, uint8_t key[SIGN_PUBLIC], struct diag *d)
{
    if (strlen(path) == 2 * SIGN_PUBLIC && from_hex(path, key, SIGN_PUBLIC))
        return ST_OK;
    return read_key(AT_FDCWD, path, public_word, key, SIGN_PUBLIC, d);
}

static enum status write_key(const char *path, mode_t mode, const char *word, const uint8_t *key, size_t n, struct diag *d)
{
    char line[256], hex[2 * SIGN_SECRET + 1];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), len;
    enum status st = ST_OK;

    hash_hex(key, n, hex);
    len = snprintf(line, sizeof(line), "%s %s\n", word, hex);
    if (fd < 0 || write(fd, line, (size_t)len) != len || fsync(fd) != 0)
        st = fail(d, ST_IO, 0, "key %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    sodium_memzero(line, sizeof(line));
    sodium_memzero(hex, sizeof(hex));
    return st;
}

enum status sign_keygen(const char *secret_path, const char *public_path, struct diag *d)
{
    uint8_t pub[SIGN_PUBLIC], sec[SIGN_SECRET];
    enum status st;

    if (sodium_init() < 0)
        return fail(d, ST_IO, 0, "no source of random numbers");
    crypto_sign_keypair(pub, sec);
    st = write_key(secret_path, 0600, secret_word, sec, sizeof(sec), d);
    if (st == ST_OK)
        st = write_key(public_path, 0644, public_word, pub, sizeof(pub), d);
    sodium_memzero(sec, sizeof(sec));
    return st;
}

/* ---- signing ---- */

enum status sign_image(struct image_header *h, struct image_content sec[IS_COUNT], const uint8_t key[SIGN_SECRET],
                       struct image_sig *sig, struct diag *d)
{
    uint64_t size[IS_COUNT];
    struct message m;

    memset(sig, 0, sizeof(*sig));
    memcpy(sig->magic, sig_magic, sizeof(sig_magic));
    memcpy(sig->key, &key[SIGN_SECRET - SIGN_PUBLIC], SIGN_PUBLIC);     /* libsodium's secret key ends with the public one */
    sec[IS_SIG] = (struct image_content){ sig, sizeof(*sig) };
    for (unsigned i = 0; i < IS_COUNT; i++)
        size[i] = sec[i].size;
    image_plan(h, size);
    for (unsigned i = 0; i < IS_SIG; i++) {
        hash128(sec[i].data, sec[i].size, h->section[i].hash);
        section_hash(sec[i].data, sec[i].size, sig->content[i]);
    }
    make_message(h, sig, &m);
    if (crypto_sign_detached(sig->sig, NULL, (const uint8_t *)&m, sizeof(m), key) != 0)
        return fail(d, ST_BUG, 0, "cannot sign");
    return ST_OK;
}

enum status sign_file(int in, int out, const uint8_t key[SIGN_SECRET], struct diag *d)
{
    struct image_content sec[IS_COUNT];
    struct image_sig sig;
    struct image *im;
    enum status st = image_open(in, "image", NULL, &im, d);
    uint8_t *file;

    if (st == ST_OK && (st = image_verify(im, d)) != ST_OK)
        image_close(im);
    if (st != ST_OK)
        return st;
    file = mmap(NULL, im->h.file_size, PROT_READ, MAP_PRIVATE, in, 0);
    if (file == MAP_FAILED) {
        image_close(im);
        return fail(d, ST_IO, 0, "cannot map the image: %s", strerror(errno));
    }
    for (unsigned i = 0; i < IS_COUNT; i++)
        sec[i] = (struct image_content){ file + im->h.section[i].off, im->h.section[i].size };
    st = sign_image(&im->h, sec, key, &sig, d);
    if (st == ST_OK)
        st = image_write(out, &im->h, sec, d);
    munmap(file, im->h.file_size);
    image_close(im);
    return st;
}

/* ---- checking ---- */

static enum status check_contents(const struct image *im, const struct image_sig *sig, struct diag *d)
{
    uint8_t *file = mmap(NULL, im->h.file_size, PROT_READ, MAP_SHARED, im->fd, 0), hash[SIGN_HASH];
    enum status st = ST_OK;

    if (file == MAP_FAILED)
        return fail(d, ST_IO, 0, "cannot map the image: %s", strerror(errno));
    for (unsigned i = 0; st == ST_OK && i < IS_SIG; i++) {
        section_hash(file + im->h.section[i].off, im->h.section[i].size, hash);
        if (memcmp(hash, sig->content[i], SIGN_HASH) != 0)
            st = fail(d, ST_MISMATCH, im->h.section[i].off, "image is not what was signed (section %u differs)", i);
    }
    munmap(file, im->h.file_size);
    return st;
}

enum status sign_check(const struct image *im, bool contents, uint8_t signer[SIGN_PUBLIC], struct diag *d)
{
    struct image_sig sig;
    struct message m;

    if (im->nsig == 0)
        return fail(d, ST_NOTFOUND, 0, "image is not signed");
    image_need(im, im->sig, im->nsig);
    if (im->nsig != sizeof(sig) || memcmp(im->sig, sig_magic, sizeof(sig_magic)) != 0)
        return fail(d, ST_MISMATCH, 0, "image has a signature of an unknown kind");
    memcpy(&sig, im->sig, sizeof(sig));
    make_message(&im->h, &sig, &m);
    if (crypto_sign_verify_detached(sig.sig, (const uint8_t *)&m, sizeof(m), sig.key) != 0)
        return fail(d, ST_MISMATCH, 0, "image has a wrong signature");
    memcpy(signer, sig.key, SIGN_PUBLIC);
    return contents ? check_contents(im, &sig, d) : ST_OK;
}

static enum status add_key(struct trust *t, int dirfd, const char *name, struct diag *d)
{
    if (t->n == sizeof(t->key) / sizeof(t->key[0]))
        return fail(d, ST_LIMIT, 0, "more than %u trust keys", t->n);
    return read_key(dirfd, name, public_word, t->key[t->n++], SIGN_PUBLIC, d);
}

static enum status load_dir(struct trust *t, int fd, struct diag *d)
{
    DIR *dir = fdopendir(fd);
    enum status st = ST_OK;
    struct dirent *de;

    if (!dir) {
        close(fd);
        return fail(d, ST_IO, 0, "%s: %s", TRUST_DIR, strerror(errno));
    }
    while (st == ST_OK && (de = readdir(dir)) != NULL) {
        size_t n = strlen(de->d_name);

        if (de->d_name[0] != '.' && n > 4 && strcmp(de->d_name + n - 4, ".pub") == 0)
            st = add_key(t, dirfd(dir), de->d_name, d);
    }
    closedir(dir);
    return st;
}

enum status trust_load(const char *extra, struct trust *t, struct diag *d)
{
    int fd = open(TRUST_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status st = ST_OK;
    struct stat sb;

    t->n = 0;
    if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
        return fail(d, ST_IO, 0, "%s: %s", TRUST_DIR, strerror(errno));
    if (fd >= 0 && (fstat(fd, &sb) != 0 || sb.st_uid != 0 || sb.st_mode & 022)) {
        close(fd);
        return fail(d, ST_MISMATCH, 0, "%s can be written by others than root", TRUST_DIR);
    }
    if (fd >= 0)
        st = load_dir(t, fd, d);
    if (st == ST_OK && extra) {
        if (t->n == sizeof(t->key) / sizeof(t->key[0]))
            return fail(d, ST_LIMIT, 0, "more than %u trust keys", t->n);
        st = sign_read_public(extra, t->key[t->n++], d);
    }
    return st;
}

enum status trust_check(const struct trust *t, const struct image *im, const char *name, bool contents, struct diag *d)
{
    uint8_t signer[SIGN_PUBLIC];
    struct diag why = { 0 };
    enum status st;

    if (t->n == 0)
        return ST_OK;
    st = sign_check(im, contents, signer, &why);
    if (st != ST_OK)
        return fail(d, ST_MISMATCH, 0, "%s: %s", name, why.msg);
    for (unsigned i = 0; i < t->n; i++)
        if (memcmp(t->key[i], signer, SIGN_PUBLIC) == 0)
            return ST_OK;
    char hex[17];

    hash_hex(signer, 8, hex);
    return fail(d, ST_MISMATCH, 0, "%s: image is signed by %s..., which is not trusted", name, hex);
}
