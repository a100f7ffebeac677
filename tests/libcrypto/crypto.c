/* Known answers of all that OpenSSL's libcrypto computes, one line each, the same on every machine: the random numbers are a fixed
 * sequence. What standards print is compared here; all else by whoever compares the output with that of another machine.
 *   crypto                        the answers
 *   crypto speed SECONDS NAME...  bytes a second of processor time of ciphers and digests, in calls of 16 KiB
 *   crypto caps                   what libcrypto found the processor to have (AArch64) */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEN = 4200 };
static unsigned char in[LEN + 64], out[LEN + 256], back[LEN + 256], mac[256];
static unsigned wrong;

/* ---- what stands in for randomness ---- */

static uint64_t seed;
static int next_bytes(unsigned char *p, int n)
{
    for (int i = 0; i < n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        p[i] = (unsigned char)(seed >> 56);
    }
    return 1;
}
static int yes(void) { return 1; }
static const RAND_METHOD method = {.bytes = next_bytes, .pseudorand = next_bytes, .status = yes};

/* ---- output ---- */

struct sum {
    EVP_MD_CTX *c;
};
static struct sum sum_start(void)
{
    struct sum s = {EVP_MD_CTX_new()};

    EVP_DigestInit_ex(s.c, EVP_sha256(), NULL);
    return s;
}
static void sum_add(struct sum *s, const void *p, size_t n) { EVP_DigestUpdate(s->c, p, n); }
static void sum_show(struct sum *s, const char *what, const char *name)
{
    unsigned char d[32];

    EVP_DigestFinal_ex(s->c, d, NULL);
    EVP_MD_CTX_free(s->c);
    printf("%s %s ", what, name);
    for (int i = 0; i < 12; i++)
        printf("%02x", d[i]);
    printf("\n");
    ERR_clear_error();
}
static void must(int fine, const char *what, const char *name)
{
    if (!fine)
        wrong++, printf("WRONG %s %s\n", what, name);
}

/* ---- lists of what the library provides, by name: its own order depends on addresses ---- */

static const char *name[400];
static int nname;
static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
static void add_name(const char *n)
{
    for (int i = 0; i < nname; i++)
        if (!strcmp(name[i], n))
            return;
    name[nname++] = strdup(n);
}
static void add_md(EVP_MD *m, void *arg) { (void)arg, add_name(EVP_MD_get0_name(m)); }
static void add_cipher(EVP_CIPHER *c, void *arg) { (void)arg, add_name(EVP_CIPHER_get0_name(c)); }
static void add_mac(EVP_MAC *m, void *arg) { (void)arg, add_name(EVP_MAC_get0_name(m)); }

/* ---- digests ---- */

static void digest(const char *n)
{
    EVP_MD *md = EVP_MD_fetch(NULL, n, NULL);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    struct sum s = sum_start();
    unsigned size;

    for (size_t len = 0; len < LEN; len += len < 300 ? 1 : 977) {
        size_t cut = len * 2 / 3;

        must(EVP_DigestInit_ex(c, md, NULL), "init", n);
        EVP_DigestUpdate(c, in + len % 16, cut % 7);
        EVP_DigestUpdate(c, in + len % 16 + cut % 7, len - cut % 7);
        if (EVP_MD_get_flags(md) & EVP_MD_FLAG_XOF)
            must(EVP_DigestFinalXOF(c, mac, size = 77), "XOF", n);
        else
            must(EVP_DigestFinal_ex(c, mac, &size), "final", n);
        sum_add(&s, mac, size);
    }
    sum_show(&s, "digest", n);
    EVP_MD_CTX_free(c);
    EVP_MD_free(md);
}

/* ---- ciphers ---- */

static int mode_of(const EVP_CIPHER *c) { return EVP_CIPHER_get_mode(c); }

static int prepare(EVP_CIPHER_CTX *x, EVP_CIPHER *c, int enc, size_t n, unsigned char *tag)
{
    unsigned char key[128], iv[64];
    int mode = mode_of(c), got;

    for (int i = 0; i < 128; i++)
        key[i] = (unsigned char)(i * 7 + 3);
    for (int i = 0; i < 64; i++)
        iv[i] = (unsigned char)(i * 5 + 250); /* counters pass from one word to the next soon */
    EVP_CIPHER_CTX_reset(x);
    EVP_CIPHER_CTX_set_flags(x, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (!EVP_CipherInit_ex(x, c, NULL, NULL, NULL, enc))
        return 0;
    if (mode == EVP_CIPH_CCM_MODE && (!EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL) ||
                                      !EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_SET_TAG, 16, enc ? NULL : tag)))
        return 0;
    if (!EVP_CipherInit_ex(x, NULL, NULL, key, iv, enc))
        return 0;
    if (!enc && (EVP_CIPHER_get_flags(c) & EVP_CIPH_FLAG_AEAD_CIPHER) && mode != EVP_CIPH_CCM_MODE &&
        !EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_SET_TAG, 16, tag))
        return 0;
    if (mode == EVP_CIPH_CCM_MODE && !EVP_CipherUpdate(x, NULL, &got, NULL, (int)n))
        return 0;
    if (EVP_CIPHER_get_flags(c) & EVP_CIPH_FLAG_AEAD_CIPHER)
        return EVP_CipherUpdate(x, NULL, &got, in + 5, 29);
    return 1;
}

static int whole(EVP_CIPHER *c) /* these take their input at once */
{
    int m = mode_of(c);

    return m == EVP_CIPH_XTS_MODE || m == EVP_CIPH_WRAP_MODE || m == EVP_CIPH_CCM_MODE || m == EVP_CIPH_SIV_MODE ||
           strstr(EVP_CIPHER_get0_name(c), "CTS");
}

static int pass(EVP_CIPHER_CTX *x, EVP_CIPHER *c, const unsigned char *from, size_t n, unsigned char *to)
{
    int a = 0, b = 0, last = 0;
    size_t first = whole(c) ? 0 : n / 3;

    if (first && !EVP_CipherUpdate(x, to, &a, from, (int)first))
        return -1;
    if (!EVP_CipherUpdate(x, to + a, &b, from + first, (int)(n - first)) || !EVP_CipherFinal_ex(x, to + a + b, &last))
        return -1;
    return a + b + last;
}

static void cipher(const char *n)
{
    EVP_CIPHER *c = EVP_CIPHER_fetch(NULL, n, NULL);
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    struct sum s = sum_start();
    int done = 0;

    for (size_t len = 0; len < LEN - 20; len += len < 100 ? 1 : len < 700 ? 61 : 977) {
        unsigned char tag[16] = {0};
        int got = prepare(x, c, 1, len, tag) ? pass(x, c, in + len % 5, len, out) : -1, again;

        if (got < 0)
            continue;
        done++;
        sum_add(&s, out, (size_t)got);
        if (EVP_CIPHER_get_flags(c) & EVP_CIPH_FLAG_AEAD_CIPHER)
            must(EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_GET_TAG, 16, tag), "tag", n);
        sum_add(&s, tag, 16);
        again = prepare(x, c, 0, (size_t)got, tag) ? pass(x, c, out, (size_t)got, back) : -1;
        must(again == (int)len && !memcmp(back, in + len % 5, len), "decrypt", n);
        tag[3] ^= 1;
        if (EVP_CIPHER_get_flags(c) & EVP_CIPH_FLAG_AEAD_CIPHER && len % 10 == 1)
            must(!prepare(x, c, 0, (size_t)got, tag) || pass(x, c, out, (size_t)got, back) < 0, "forged", n);
    }
    char label[100];
    snprintf(label, sizeof label, "%s (%d)", n, done);
    sum_show(&s, "cipher", label);
    EVP_CIPHER_CTX_free(x);
    EVP_CIPHER_free(c);
}

/* ---- message authentication ---- */

static void authenticate(const char *n, const char *md, const char *ciph)
{
    EVP_MAC *m = EVP_MAC_fetch(NULL, n, NULL);
    EVP_MAC_CTX *c = EVP_MAC_CTX_new(m);
    struct sum s = sum_start();
    size_t size, keylen = !strcmp(n, "SIPHASH") ? 16 : ciph && strstr(ciph, "128") ? 16 : 32;
    OSSL_PARAM p[4], *q = p;
    char label[100];

    if (md)
        *q++ = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)md, 0);
    if (ciph)
        *q++ = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, (char *)ciph, 0);
    if (!strcmp(n, "GMAC"))
        *q++ = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_IV, in + 40, 12);
    *q = OSSL_PARAM_construct_end();
    for (size_t len = 0; len < LEN; len += len < 150 ? 1 : 977) {
        if (!EVP_MAC_init(c, in + 9, keylen, p) || !EVP_MAC_update(c, in, len / 2) ||
            !EVP_MAC_update(c, in + len / 2, len - len / 2) || !EVP_MAC_final(c, mac, &size, sizeof mac)) {
            must(0, "mac", n);
            break;
        }
        sum_add(&s, mac, size);
    }
    snprintf(label, sizeof label, "%s %s", n, md ? md : ciph ? ciph : "");
    sum_show(&s, "mac", label);
    EVP_MAC_CTX_free(c);
    EVP_MAC_free(m);
}

static void authenticate_all(const char *n)
{
    static const char *const mds[] = {"MD5", "SHA1", "SHA256", "SHA512", "SHA3-256", "SM3", "BLAKE2s256"};
    static const char *const ciphers[] = {"AES-128-CBC", "AES-256-CBC", "CAMELLIA-128-CBC", "DES-EDE3-CBC"};

    if (!strcmp(n, "HMAC"))
        for (size_t i = 0; i < sizeof mds / sizeof *mds; i++)
            authenticate(n, mds[i], NULL);
    else if (!strcmp(n, "CMAC"))
        for (size_t i = 0; i < 3; i++)
            authenticate(n, NULL, ciphers[i]);
    else
        authenticate(n, NULL, !strcmp(n, "GMAC") ? "AES-128-GCM" : NULL);
}

static void derive(void)
{
    struct sum s = sum_start();
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    size_t n = 99;

    must(PKCS5_PBKDF2_HMAC("password", 8, (const unsigned char *)"salt", 4, 40, EVP_sha512(), 64, out), "PBKDF2", "");
    sum_add(&s, out, 64);
    must(EVP_PBE_scrypt("password", 8, (const unsigned char *)"NaCl", 4, 64, 8, 2, 0, out, 64), "scrypt", "");
    sum_add(&s, out, 64);
    must(EVP_PKEY_derive_init(c) > 0 && EVP_PKEY_CTX_set_hkdf_md(c, EVP_sha384()) > 0 &&
             EVP_PKEY_CTX_set1_hkdf_key(c, in, 33) > 0 && EVP_PKEY_CTX_set1_hkdf_salt(c, in + 40, 13) > 0 &&
             EVP_PKEY_CTX_add1_hkdf_info(c, in + 60, 10) > 0 && EVP_PKEY_derive(c, out, &n) > 0,
         "HKDF", "");
    sum_add(&s, out, n);
    sum_show(&s, "kdf", "PBKDF2 scrypt HKDF");
    EVP_PKEY_CTX_free(c);
}

/* ---- public keys ---- */

/* Signs with one-shot signing where md is NULL, verifies, and sees what was changed refused. */
static void sign(EVP_PKEY *k, const char *md, const char *n, struct sum *s, int pss)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pc;
    size_t len = sizeof out;

    seed = 77;
    must(EVP_DigestSignInit_ex(c, &pc, md, NULL, NULL, k, NULL) > 0 &&
             (!pss || EVP_PKEY_CTX_set_rsa_padding(pc, RSA_PKCS1_PSS_PADDING) > 0) && EVP_DigestSign(c, out, &len, in, 200) > 0,
         "sign", n);
    sum_add(s, out, len);
    for (int bad = 0; bad < 2; bad++) {
        EVP_MD_CTX_reset(c);
        in[100] ^= bad;
        must(EVP_DigestVerifyInit_ex(c, &pc, md, NULL, NULL, k, NULL) > 0 &&
                 (!pss || EVP_PKEY_CTX_set_rsa_padding(pc, RSA_PKCS1_PSS_PADDING) > 0) &&
                 (EVP_DigestVerify(c, out, len, in, 200) == 1) == !bad,
             bad ? "refuse" : "verify", n);
        in[100] ^= bad;
    }
    EVP_MD_CTX_free(c);
}

static void agree(EVP_PKEY *a, EVP_PKEY *b, const char *n, struct sum *s)
{
    unsigned char secret[2][512];
    size_t len[2] = {512, 512};

    for (int i = 0; i < 2; i++) {
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(i ? b : a, NULL);

        must(EVP_PKEY_derive_init(c) > 0 && EVP_PKEY_derive_set_peer(c, i ? a : b) > 0 &&
                 EVP_PKEY_derive(c, secret[i], &len[i]) > 0,
             "derive", n);
        EVP_PKEY_CTX_free(c);
    }
    must(len[0] == len[1] && !memcmp(secret[0], secret[1], len[0]), "secrets", n);
    sum_add(s, secret[0], len[0]);
}

static void curve(const char *n)
{
    struct sum s = sum_start();
    EVP_PKEY *a, *b;
    size_t len = 0;

    seed = 5, a = EVP_EC_gen(n);
    seed = 6, b = EVP_EC_gen(n); /* machines differ in how much blinding takes */
    must(a && b, "key", n);
    must(EVP_PKEY_get_octet_string_param(a, OSSL_PKEY_PARAM_PUB_KEY, out, sizeof out, &len), "public key", n);
    sum_add(&s, out, len);
    sign(a, "SHA256", n, &s, 0);
    sign(b, "SHA512", n, &s, 0);
    agree(a, b, n, &s);
    sum_show(&s, "ec", n);
    EVP_PKEY_free(a), EVP_PKEY_free(b);
}

static void edwards(const char *n, size_t keylen, int signs)
{
    struct sum s = sum_start();
    EVP_PKEY *a = EVP_PKEY_new_raw_private_key_ex(NULL, n, NULL, in + 3, keylen),
             *b = EVP_PKEY_new_raw_private_key_ex(NULL, n, NULL, in + 300, keylen);
    size_t len = sizeof out;

    must(a && b && EVP_PKEY_get_raw_public_key(a, out, &len) > 0, "key", n);
    sum_add(&s, out, len);
    if (signs)
        sign(a, NULL, n, &s, 0), sign(b, NULL, n, &s, 0);
    else
        agree(a, b, n, &s);
    sum_show(&s, "ec", n);
    EVP_PKEY_free(a), EVP_PKEY_free(b);
}

static const char p_hex[] = "DF3C9B8331C1B4BABBE43EBEBDE34D1721504C04A9C41882CE8BE95320997AF256EB4382102E31F6B54C6B2EF2FB758CA64C5D"
                            "2473B901BCB943CA022D80A365"
                            "DFD65451C7BA1BDC2035C975BC2BD394C52E3B94EF9E1D6E9480F0BC007D731047F6F580265B19FD07D07E47C9AA4250C3A0E8"
                            "A2F66A2CB437CCE04DA4AC0E2B";
static const char q_hex[] = "CB8143E12AFD56DFFCA52AFFF63C077E7E711443DB6C2CAA4EE6B997C1071D894BF30C0565E9724729763DA0DCE067BD0F0C3C"
                            "3ED0AA2EB5B1A58EAE3632B70A"
                            "BB8475AA6417B384535CF3E7C081D14A5804305A93729405A739BDA763A9A341CF2A6DDE23113B4F754F71A206AC96AA20EEAD"
                            "278CB350682377081B4B0DA505";

static EVP_PKEY *rsa_key(void)
{
    BIGNUM *p = NULL, *q = NULL, *n = BN_new(), *e = BN_new(), *d = BN_new(), *p1, *q1, *phi = BN_new(), *dp = BN_new(),
           *dq = BN_new(), *qi = BN_new();
    BN_CTX *c = BN_CTX_new();
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *pc = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *k = NULL;

    BN_hex2bn(&p, p_hex), BN_hex2bn(&q, q_hex);
    p1 = BN_dup(p), q1 = BN_dup(q);
    BN_sub_word(p1, 1), BN_sub_word(q1, 1);
    BN_set_word(e, 65537);
    BN_mul(n, p, q, c), BN_mul(phi, p1, q1, c);
    BN_mod_inverse(d, e, phi, c), BN_mod(dp, d, p1, c), BN_mod(dq, d, q1, c), BN_mod_inverse(qi, q, p, c);
    OSSL_PARAM_BLD_push_BN(bld, "n", n), OSSL_PARAM_BLD_push_BN(bld, "e", e), OSSL_PARAM_BLD_push_BN(bld, "d", d);
    OSSL_PARAM_BLD_push_BN(bld, "rsa-factor1", p), OSSL_PARAM_BLD_push_BN(bld, "rsa-factor2", q);
    OSSL_PARAM_BLD_push_BN(bld, "rsa-exponent1", dp), OSSL_PARAM_BLD_push_BN(bld, "rsa-exponent2", dq),
        OSSL_PARAM_BLD_push_BN(bld, "rsa-coefficient1", qi);
    must(EVP_PKEY_fromdata_init(pc) > 0 && EVP_PKEY_fromdata(pc, &k, EVP_PKEY_KEYPAIR, OSSL_PARAM_BLD_to_param(bld)) > 0, "key",
         "RSA");
    must(BN_check_prime(p, c, NULL) == 1 && BN_check_prime(n, c, NULL) == 0, "prime", "RSA");
    return k;
}

static void rsa(void)
{
    static const struct {
        int pad;
        const char *name;
        size_t len;
    } pads[] = {
        {RSA_PKCS1_PADDING, "PKCS1", 200},
        {RSA_PKCS1_OAEP_PADDING, "OAEP", 150},
        {RSA_NO_PADDING, "raw", 256},
    };
    EVP_PKEY *k = rsa_key();
    struct sum s = sum_start();

    sign(k, "SHA256", "RSA", &s, 0);
    sign(k, "SHA512", "RSA", &s, 0);
    sign(k, "SHA256", "RSA-PSS", &s, 1);
    sum_show(&s, "rsa", "signatures");
    for (int i = 0; i < 3; i++) {
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k, NULL);
        size_t n = sizeof out, m = sizeof back;

        seed = 9, in[0] = 1;
        s = sum_start();
        must(EVP_PKEY_encrypt_init(c) > 0 && EVP_PKEY_CTX_set_rsa_padding(c, pads[i].pad) > 0 &&
                 EVP_PKEY_encrypt(c, out, &n, in, pads[i].len) > 0,
             "encrypt", pads[i].name);
        sum_add(&s, out, n);
        must(EVP_PKEY_decrypt_init(c) > 0 && EVP_PKEY_CTX_set_rsa_padding(c, pads[i].pad) > 0 &&
                 EVP_PKEY_decrypt(c, back, &m, out, n) > 0 && m == pads[i].len && !memcmp(in, back, m),
             "decrypt", pads[i].name);
        sum_show(&s, "rsa", pads[i].name);
        EVP_PKEY_CTX_free(c);
    }
}

/* Printed by FIPS 180 ("abc"), NIST's GCM test case 4, RFC 8439 2.5.2, RFC 8032 7.1, RFC 6979 A.2.5. */
static void known(const char *what, const unsigned char *got, const char *hex)
{
    long n;
    unsigned char *want = OPENSSL_hexstr2buf(hex, &n);

    must(want && !memcmp(got, want, (size_t)n), "known answer", what);
    OPENSSL_free(want);
}

static unsigned char *bytes(const char *hex) { return OPENSSL_hexstr2buf(hex, NULL); }

static void standards(void)
{
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    EVP_PKEY *k;
    size_t size = sizeof out;
    unsigned n;
    int got;

    EVP_Digest("abc", 3, out, &n, EVP_sha1(), NULL);
    known("SHA1", out, "a9993e364706816aba3e25717850c26c9cd0d89d");
    EVP_Digest("abc", 3, out, &n, EVP_sha256(), NULL);
    known("SHA256", out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EVP_Digest("abc", 3, out, &n, EVP_sha512(), NULL);
    known("SHA512", out,
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94f"
          "a54ca49f");
    EVP_Digest("abc", 3, out, &n, EVP_sha3_256(), NULL);
    known("SHA3-256", out, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
    EVP_EncryptInit_ex(x, EVP_aes_128_gcm(), NULL, bytes("feffe9928665731c6d6a8f9467308308"), bytes("cafebabefacedbaddecaf888"));
    EVP_EncryptUpdate(x, NULL, &got, bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"), 20);
    EVP_EncryptUpdate(x, out, &got,
                      bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aed"
                            "f5aa0de657ba637b39"),
                      60);
    EVP_EncryptFinal_ex(x, out + got, &got);
    EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_GET_TAG, 16, mac);
    known(
        "AES-128-GCM", out,
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091");
    known("its tag", mac, "5bc94fbc3221a5db94fae95ae7121a47");
    EVP_Q_mac(NULL, "Poly1305", NULL, NULL, NULL, bytes("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"), 32,
              (const unsigned char *)"Cryptographic Forum Research Group", 34, mac, sizeof mac, &size);
    known("Poly1305", mac, "a8061dc1305136c6c22b8baf0c0127a9");
    k = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL,
                                        bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"), 32);
    size = sizeof out;
    must(EVP_DigestSignInit_ex(c, NULL, NULL, NULL, NULL, k, NULL) > 0 && EVP_DigestSign(c, out, &size, in, 0) > 0, "sign",
         "Ed25519");
    known("Ed25519", out,
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465514143"
          "8e7a100b");
    EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *v[4] = {NULL};
    BN_hex2bn(&v[0], "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
    BN_hex2bn(&v[1], "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    BN_hex2bn(&v[2], "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
    BN_hex2bn(&v[3], "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    EVP_Digest("sample", 6, out, &n, EVP_sha256(), NULL);
    must(EC_KEY_set_public_key_affine_coordinates(ec, v[0], v[1]) && ECDSA_SIG_set0(sig, v[2], v[3]) &&
             ECDSA_do_verify(out, 32, sig, ec) == 1,
         "known answer", "ECDSA P-256");
    out[7] ^= 1;
    must(ECDSA_do_verify(out, 32, sig, ec) == 0, "known answer", "ECDSA P-256 of something else");
    printf("standards\n");
    EVP_CIPHER_CTX_free(x);
}

static void answers(void)
{
    static const char *const curves[] = {"P-192",     "P-224",           "P-256", "P-384", "P-521",
                                         "secp256k1", "brainpoolP256r1", "K-283", "B-409"};

    standards();
    EVP_MD_do_all_provided(NULL, add_md, NULL);
    qsort(name, (size_t)nname, sizeof *name, by_name);
    for (int i = 0; i < nname; i++)
        if (strcmp(name[i], "NULL"))
            digest(name[i]);
    nname = 0;
    EVP_CIPHER_do_all_provided(NULL, add_cipher, NULL);
    qsort(name, (size_t)nname, sizeof *name, by_name);
    for (int i = 0; i < nname; i++)
        if (!strstr(name[i], "CBC-HMAC")) /* only where the processor has what they are for */
            cipher(name[i]);
    nname = 0;
    EVP_MAC_do_all_provided(NULL, add_mac, NULL);
    qsort(name, (size_t)nname, sizeof *name, by_name);
    for (int i = 0; i < nname; i++)
        authenticate_all(name[i]);
    derive();
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
        curve(curves[i]);
    edwards("ED25519", 32, 1), edwards("ED448", 57, 1), edwards("X25519", 32, 0), edwards("X448", 56, 0);
    rsa();
    printf("%u wrong\n", wrong);
}

/* ---- speed ---- */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);       /* what else the machine does is not our speed */
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double rate(const char *n, double seconds)
{
    static unsigned char buf[16384 + 64], to[16384 + 64];
    EVP_CIPHER *c = EVP_CIPHER_fetch(NULL, n, NULL);
    EVP_MD *md = c ? NULL : EVP_MD_fetch(NULL, n, NULL);
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    EVP_MD_CTX *m = EVP_MD_CTX_new();
    double start, end, done = 0;
    int got;

    if (!c && !md)
        return 0;
    if (c)
        EVP_EncryptInit_ex(x, c, NULL, in, in + 64);
    else
        EVP_DigestInit_ex(m, md, NULL);
    start = now();
    do {
        for (int i = 0; i < 16; i++, done += 16384)
            if (c)
                EVP_EncryptUpdate(x, to, &got, buf, 16384);
            else
                EVP_DigestUpdate(m, buf, 16384);
        end = now();
    } while (end - start < seconds);
    return done / (end - start);
}

int main(int argc, char **argv)
{
    for (int i = 0; i < LEN + 64; i++)
        in[i] = (unsigned char)((unsigned)i * 2654435761u >> 23);
    if (argc > 1 && !strcmp(argv[1], "caps")) {
#ifdef __aarch64__
        extern unsigned OPENSSL_armcap_P;

        OPENSSL_init_crypto(0, NULL);
        printf("%#x\n", OPENSSL_armcap_P);
#endif
        return 0;
    }
    if (argc > 3 && !strcmp(argv[1], "speed")) {
        for (int i = 3; i < argc; i++)
            printf("%s %.0f\n", argv[i], rate(argv[i], atof(argv[2])));
        return 0;
    }
    RAND_set_rand_method(&method);
    answers();
    return wrong != 0;
}
