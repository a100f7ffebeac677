/* Signatures of images: ed25519 over the header and a BLAKE2b hash of every section (xxh3, which the header carries, is no defence
 * against an attacker). Section IS_SIG holds one struct image_sig. */
#ifndef AOTC_FORMATS_SIGN_H
#define AOTC_FORMATS_SIGN_H

#include "formats/image.h"

enum { SIGN_PUBLIC = 32, SIGN_SECRET = 64, SIGN_HASH = 32 };
#define TRUST_DIR "/etc/aotc/trust.d"

struct image_sig {
    char magic[8];                      /* "AOTSIG1\n" */
    uint8_t key[SIGN_PUBLIC];           /* of the signer */
    uint8_t sig[64];                    /* over a fixed text, the header without IS_SIG's hash and its own, and content */
    uint8_t content[IS_SIG][SIGN_HASH]; /* of the sections before this one */
};

/* Key files are one line of text: "aotc-ed25519-public HEX" or "aotc-ed25519-secret HEX"; what follows the key is a comment. */
enum status sign_keygen(const char *secret_path, const char *public_path, struct diag *d);
enum status sign_read_secret(const char *path, uint8_t key[SIGN_SECRET], struct diag *d);
/* path, or the 64 hexadecimal digits themselves. */
enum status sign_read_public(const char *path, uint8_t key[SIGN_PUBLIC], struct diag *d);

/* Fills sig for an image of these sections (IS_SIG's entry is set to it) and plans and hashes h; image_write() is next. */
enum status sign_image(struct image_header *h, struct image_content sec[IS_COUNT], const uint8_t key[SIGN_SECRET],
                       struct image_sig *sig, struct diag *d);
/* Copies the flat image in `in` to `out`, signed; an older signature goes. `in` is verified first. */
enum status sign_file(int in, int out, const uint8_t key[SIGN_SECRET], struct diag *d);
/* ST_NOTFOUND: im is not signed. ST_MISMATCH: the signature is wrong, or, with contents, a section is not what was signed (reads
 * the whole file, from im->fd). ST_OK: *signer is who signed. */
enum status sign_check(const struct image *im, bool contents, uint8_t signer[SIGN_PUBLIC], struct diag *d);

/* The keys whose images may run: *.pub in TRUST_DIR, and extra (--trust-key) if not NULL. n = 0: no key is set, every image may.
 * A TRUST_DIR that exists must be root's alone and readable, and each key in it sound: otherwise an error, and no image may run. */
struct trust { unsigned n; uint8_t key[16][SIGN_PUBLIC]; };
enum status trust_load(const char *extra, struct trust *t, struct diag *d);
/* May im run? ST_OK when no key is set. */
enum status trust_check(const struct trust *t, const struct image *im, const char *name, bool contents, struct diag *d);

#endif
