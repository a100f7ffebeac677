/* The meaning of the VOP rows for ciphers and hashes, after the pseudocode of the instructions in Arm DDI 0487, C7. */
#include "passes/ir/eval_vec.h"

/* FIPS 197, figures 7 and 14; GB/T 32907-2016, 6.2. */
static const u8 aes_sbox[256] = {
    99, 124, 119, 123, 242, 107, 111, 197, 48, 1, 103, 43, 254, 215, 171, 118, 202, 130, 201, 125,
    250, 89, 71, 240, 173, 212, 162, 175, 156, 164, 114, 192, 183, 253, 147, 38, 54, 63, 247, 204,
    52, 165, 229, 241, 113, 216, 49, 21, 4, 199, 35, 195, 24, 150, 5, 154, 7, 18, 128, 226,
    235, 39, 178, 117, 9, 131, 44, 26, 27, 110, 90, 160, 82, 59, 214, 179, 41, 227, 47, 132,
    83, 209, 0, 237, 32, 252, 177, 91, 106, 203, 190, 57, 74, 76, 88, 207, 208, 239, 170, 251,
    67, 77, 51, 133, 69, 249, 2, 127, 80, 60, 159, 168, 81, 163, 64, 143, 146, 157, 56, 245,
    188, 182, 218, 33, 16, 255, 243, 210, 205, 12, 19, 236, 95, 151, 68, 23, 196, 167, 126, 61,
    100, 93, 25, 115, 96, 129, 79, 220, 34, 42, 144, 136, 70, 238, 184, 20, 222, 94, 11, 219,
    224, 50, 58, 10, 73, 6, 36, 92, 194, 211, 172, 98, 145, 149, 228, 121, 231, 200, 55, 109,
    141, 213, 78, 169, 108, 86, 244, 234, 101, 122, 174, 8, 186, 120, 37, 46, 28, 166, 180, 198,
    232, 221, 116, 31, 75, 189, 139, 138, 112, 62, 181, 102, 72, 3, 246, 14, 97, 53, 87, 185,
    134, 193, 29, 158, 225, 248, 152, 17, 105, 217, 142, 148, 155, 30, 135, 233, 206, 85, 40, 223,
    140, 161, 137, 13, 191, 230, 66, 104, 65, 153, 45, 15, 176, 84, 187, 22,
};

static const u8 aes_inv[256] = {
    82, 9, 106, 213, 48, 54, 165, 56, 191, 64, 163, 158, 129, 243, 215, 251, 124, 227, 57, 130,
    155, 47, 255, 135, 52, 142, 67, 68, 196, 222, 233, 203, 84, 123, 148, 50, 166, 194, 35, 61,
    238, 76, 149, 11, 66, 250, 195, 78, 8, 46, 161, 102, 40, 217, 36, 178, 118, 91, 162, 73,
    109, 139, 209, 37, 114, 248, 246, 100, 134, 104, 152, 22, 212, 164, 92, 204, 93, 101, 182, 146,
    108, 112, 72, 80, 253, 237, 185, 218, 94, 21, 70, 87, 167, 141, 157, 132, 144, 216, 171, 0,
    140, 188, 211, 10, 247, 228, 88, 5, 184, 179, 69, 6, 208, 44, 30, 143, 202, 63, 15, 2,
    193, 175, 189, 3, 1, 19, 138, 107, 58, 145, 17, 65, 79, 103, 220, 234, 151, 242, 207, 206,
    240, 180, 230, 115, 150, 172, 116, 34, 231, 173, 53, 133, 226, 249, 55, 232, 28, 117, 223, 110,
    71, 241, 26, 113, 29, 41, 197, 137, 111, 183, 98, 14, 170, 24, 190, 27, 252, 86, 62, 75,
    198, 210, 121, 32, 154, 219, 192, 254, 120, 205, 90, 244, 31, 221, 168, 51, 136, 7, 199, 49,
    177, 18, 16, 89, 39, 128, 236, 95, 96, 81, 127, 169, 25, 181, 74, 13, 45, 229, 122, 159,
    147, 201, 156, 239, 160, 224, 59, 77, 174, 42, 245, 176, 200, 235, 187, 60, 131, 83, 153, 97,
    23, 43, 4, 126, 186, 119, 214, 38, 225, 105, 20, 99, 85, 33, 12, 125,
};

static const u8 sm4_sbox[256] = {
    214, 144, 233, 254, 204, 225, 61, 183, 22, 182, 20, 194, 40, 251, 44, 5, 43, 103, 154, 118,
    42, 190, 4, 195, 170, 68, 19, 38, 73, 134, 6, 153, 156, 66, 80, 244, 145, 239, 152, 122,
    51, 84, 11, 67, 237, 207, 172, 98, 228, 179, 28, 169, 201, 8, 232, 149, 128, 223, 148, 250,
    117, 143, 63, 166, 71, 7, 167, 252, 243, 115, 23, 186, 131, 89, 60, 25, 230, 133, 79, 168,
    104, 107, 129, 178, 113, 100, 218, 139, 248, 235, 15, 75, 112, 86, 157, 53, 30, 36, 14, 94,
    99, 88, 209, 162, 37, 34, 124, 59, 1, 33, 120, 135, 212, 0, 70, 87, 159, 211, 39, 82,
    76, 54, 2, 231, 160, 196, 200, 158, 234, 191, 138, 210, 64, 199, 56, 181, 163, 247, 242, 206,
    249, 97, 21, 161, 224, 174, 93, 164, 155, 52, 26, 85, 173, 147, 50, 48, 245, 140, 177, 227,
    29, 246, 226, 46, 130, 102, 202, 96, 192, 41, 35, 171, 13, 83, 78, 111, 213, 219, 55, 69,
    222, 253, 142, 47, 3, 255, 106, 114, 109, 108, 91, 81, 141, 27, 175, 146, 187, 221, 188, 127,
    17, 217, 92, 65, 31, 16, 90, 216, 10, 193, 49, 136, 165, 205, 123, 189, 45, 116, 208, 18,
    184, 229, 180, 176, 137, 105, 151, 74, 12, 150, 119, 126, 101, 185, 241, 9, 197, 110, 198, 132,
    24, 240, 125, 236, 58, 220, 77, 32, 121, 238, 95, 62, 215, 203, 57, 72,
};

static u32 rol(u32 x, unsigned n)
{
    return x << (n & 31) | x >> (-n & 31);
}

static u64 ror64(u64 x, unsigned n)
{
    return x >> (n & 63) | x << (-n & 63);
}

/* ---- AES: byte i of the state stands in row i & 3, column i >> 2 ---- */

static void aese(struct vop *v)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned from = (i + 4 * (i & 3)) & 15;

        v->r.u8[i] = aes_sbox[v->a.u8[from] ^ v->b.u8[from]];
    }
}

static void aesd(struct vop *v)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned from = (i - 4 * (i & 3)) & 15;

        v->r.u8[i] = aes_inv[v->a.u8[from] ^ v->b.u8[from]];
    }
}

static u8 xtime(u8 x)
{
    return (u8)(x << 1 ^ (x & 0x80 ? 0x1b : 0));
}

static void aesmc(struct vop *v)
{
    for (unsigned i = 0; i < 16; i++) {
        const u8 *col = v->a.u8 + (i & 12u);
        u8 x = col[i & 3], y = col[(i + 1) & 3];

        v->r.u8[i] = (u8)(xtime(x ^ y) ^ y ^ col[(i + 2) & 3] ^ col[(i + 3) & 3]);
    }
}

/* The inverse matrix is the matrix times one that adds 4 * (x ^ (other of the same parity)) to each byte. */
static void aesimc(struct vop *v)
{
    union vec x = v->a;

    for (unsigned i = 0; i < 16; i++)
        v->a.u8[i] = x.u8[i] ^ xtime(xtime(x.u8[i] ^ x.u8[i ^ 2]));
    aesmc(v);
}

/* ---- SHA-1 ---- */

static u32 choose(u32 x, u32 y, u32 z)
{
    return ((y ^ z) & x) ^ z;
}

static u32 parity(u32 x, u32 y, u32 z)
{
    return x ^ y ^ z;
}

static u32 majority(u32 x, u32 y, u32 z)
{
    return (x & y) | ((x | y) & z);
}

static void sha1_hash(struct vop *v, u32 (*mix)(u32, u32, u32))
{
    u32 *x = v->r.u32, y = v->b.u32[0];

    v->r = v->a;
    for (unsigned e = 0; e < 4; e++) {
        u32 top = x[3];

        y += rol(x[0], 5) + mix(x[1], x[2], x[3]) + v->c.u32[e];
        x[3] = x[2];
        x[2] = rol(x[1], 30);
        x[1] = x[0];
        x[0] = y;
        y = top;
    }
}

static void sha1c(struct vop *v)
{
    sha1_hash(v, choose);
}

static void sha1p(struct vop *v)
{
    sha1_hash(v, parity);
}

static void sha1m(struct vop *v)
{
    sha1_hash(v, majority);
}

static void sha1su0(struct vop *v)
{
    v->r.u64[0] = v->a.u64[1] ^ v->a.u64[0] ^ v->c.u64[0];
    v->r.u64[1] = v->b.u64[0] ^ v->a.u64[1] ^ v->c.u64[1];
}

static void sha1su1(struct vop *v)
{
    u32 t0 = v->a.u32[0] ^ v->b.u32[1];

    v->r.u32[0] = rol(t0, 1);
    v->r.u32[1] = rol(v->a.u32[1] ^ v->b.u32[2], 1);
    v->r.u32[2] = rol(v->a.u32[2] ^ v->b.u32[3], 1);
    v->r.u32[3] = rol(v->a.u32[3], 1) ^ rol(t0, 2);
}

/* ---- SHA-256 ---- */

/* SHA256hash of Arm DDI 0487: four rounds on the state halves x and y. */
static void sha256_hash(u32 *x, u32 *y, const u32 *w)
{
    for (unsigned e = 0; e < 4; e++) {
        u32 s1 = rol(y[0], 26) ^ rol(y[0], 21) ^ rol(y[0], 7), s0 = rol(x[0], 30) ^ rol(x[0], 19) ^ rol(x[0], 10);
        u32 t = y[3] + s1 + choose(y[0], y[1], y[2]) + w[e], d = t + x[3], h = t + s0 + majority(x[0], x[1], x[2]);

        for (unsigned i = 3; i; i--) {
            x[i] = x[i - 1];
            y[i] = y[i - 1];
        }
        x[0] = h;
        y[0] = d;
    }
}

static void sha256h(struct vop *v)
{
    v->r = v->a;
    sha256_hash(v->r.u32, v->b.u32, v->c.u32);
}

static void sha256h2(struct vop *v)
{
    v->r = v->a;
    sha256_hash(v->b.u32, v->r.u32, v->c.u32);
}

static void sha256su0(struct vop *v)
{
    for (unsigned e = 0; e < 4; e++) {
        u32 x = e < 3 ? v->a.u32[e + 1] : v->b.u32[0];

        v->r.u32[e] = v->a.u32[e] + (rol(x, 25) ^ rol(x, 14) ^ x >> 3);
    }
}

static void sha256su1(struct vop *v)
{
    for (unsigned e = 0; e < 4; e++) {
        u32 t0 = e < 3 ? v->b.u32[e + 1] : v->c.u32[0], x = e < 2 ? v->c.u32[e + 2] : v->r.u32[e - 2];

        v->r.u32[e] = v->a.u32[e] + t0 + (rol(x, 15) ^ rol(x, 13) ^ x >> 10);
    }
}

/* ---- SHA-512 ---- */

static void sha512h(struct vop *v)
{
    const u64 *w = v->a.u64, *x = v->b.u64, *y = v->c.u64;
    u64 t;

    v->r.u64[1] = ((y[1] & x[0]) ^ (~y[1] & x[1])) + (ror64(y[1], 14) ^ ror64(y[1], 18) ^ ror64(y[1], 41)) + w[1];
    t = v->r.u64[1] + y[0];
    v->r.u64[0] = ((t & y[1]) ^ (~t & x[0])) + (ror64(t, 14) ^ ror64(t, 18) ^ ror64(t, 41)) + w[0];
}

static void sha512h2(struct vop *v)
{
    const u64 *w = v->a.u64, *x = v->b.u64, *y = v->c.u64;
    u64 t = ((x[0] & y[1]) ^ (x[0] & y[0]) ^ (y[1] & y[0])) + (ror64(y[0], 28) ^ ror64(y[0], 34) ^ ror64(y[0], 39)) + w[1];

    v->r.u64[1] = t;
    v->r.u64[0] = ((t & y[0]) ^ (t & y[1]) ^ (y[1] & y[0])) + (ror64(t, 28) ^ ror64(t, 34) ^ ror64(t, 39)) + w[0];
}

static void sha512su0(struct vop *v)
{
    for (unsigned e = 0; e < 2; e++) {
        u64 x = e ? v->b.u64[0] : v->a.u64[1];

        v->r.u64[e] = v->a.u64[e] + (ror64(x, 1) ^ ror64(x, 8) ^ x >> 7);
    }
}

static void sha512su1(struct vop *v)
{
    for (unsigned e = 0; e < 2; e++) {
        u64 x = v->b.u64[e];

        v->r.u64[e] = v->a.u64[e] + (ror64(x, 19) ^ ror64(x, 61) ^ x >> 6) + v->c.u64[e];
    }
}

/* ---- SM3 ---- */

static void sm3ss1(struct vop *v)
{
    v->r.u32[3] = rol(rol(v->a.u32[3], 12) + v->b.u32[3] + v->c.u32[3], 7);
}

static u32 sm3_p1(u32 x)
{
    return x ^ rol(x, 15) ^ rol(x, 23);
}

static void sm3partw1(struct vop *v)
{
    for (unsigned i = 0; i < 4; i++) {
        u32 rot = i < 3 ? v->c.u32[i + 1] : v->r.u32[0];

        v->r.u32[i] = sm3_p1(v->a.u32[i] ^ v->b.u32[i] ^ rol(rot, 15));
    }
}

static void sm3partw2(struct vop *v)
{
    u32 t = 0;

    for (unsigned i = 0; i < 4; i++) {
        u32 x = v->b.u32[i] ^ rol(v->c.u32[i], 7);

        t = i ? t : x;
        v->r.u32[i] = v->a.u32[i] ^ x;
    }
    v->r.u32[3] ^= sm3_p1(rol(t, 15));
}

static void sm3_tt1(struct vop *v, u32 mixed)
{
    const u32 *d = v->a.u32;

    v->r.u32[0] = d[1];
    v->r.u32[1] = rol(d[2], 9);
    v->r.u32[2] = d[3];
    v->r.u32[3] = mixed + d[0] + (v->b.u32[3] ^ rol(d[3], 12)) + v->c.u32[v->imm & 3];
}

static void sm3tt1a(struct vop *v)
{
    sm3_tt1(v, v->a.u32[1] ^ v->a.u32[3] ^ v->a.u32[2]);
}

static void sm3tt1b(struct vop *v)
{
    sm3_tt1(v, majority(v->a.u32[3], v->a.u32[1], v->a.u32[2]));
}

static void sm3_tt2(struct vop *v, u32 mixed)
{
    const u32 *d = v->a.u32;
    u32 t = mixed + d[0] + v->b.u32[3] + v->c.u32[v->imm & 3];

    v->r.u32[0] = d[1];
    v->r.u32[1] = rol(d[2], 19);
    v->r.u32[2] = d[3];
    v->r.u32[3] = t ^ rol(t, 9) ^ rol(t, 17);
}

static void sm3tt2a(struct vop *v)
{
    sm3_tt2(v, v->a.u32[1] ^ v->a.u32[3] ^ v->a.u32[2]);
}

static void sm3tt2b(struct vop *v)
{
    sm3_tt2(v, choose(v->a.u32[3], v->a.u32[2], v->a.u32[1]));
}

/* ---- SM4 ---- */

static u32 sm4_sub(u32 x)
{
    return sm4_sbox[x & 255] | (u32)sm4_sbox[x >> 8 & 255] << 8 | (u32)sm4_sbox[x >> 16 & 255] << 16 | (u32)sm4_sbox[x >> 24] << 24;
}

static void sm4_rounds(struct vop *v, bool key)
{
    u32 *x = v->r.u32;

    v->r = v->a;
    for (unsigned e = 0; e < 4; e++) {
        u32 t = sm4_sub(x[3] ^ x[2] ^ x[1] ^ v->b.u32[e]);

        t ^= key ? rol(t, 13) ^ rol(t, 23) : rol(t, 2) ^ rol(t, 10) ^ rol(t, 18) ^ rol(t, 24);
        t ^= x[0];
        x[0] = x[1];
        x[1] = x[2];
        x[2] = x[3];
        x[3] = t;
    }
}

static void sm4e(struct vop *v)
{
    sm4_rounds(v, false);
}

static void sm4ekey(struct vop *v)
{
    sm4_rounds(v, true);
}

vop_fn *ir_vop_crypto(enum ir_op op)
{
    static vop_fn *const fn[] = {
        aese, aesd, aesmc, aesimc, sha1c, sha1p, sha1m, sha1su0, sha1su1, sha256h, sha256h2, sha256su1, sha256su0, sha512h,
        sha512h2, sha512su1, sha512su0, sm3ss1, sm3partw1, sm3partw2, sm3tt1a, sm3tt1b, sm3tt2a, sm3tt2b, sm4e, sm4ekey,
    };

    static_assert(sizeof fn / sizeof fn[0] == IR_vsm4ekey - IR_vaese + 1, "in the order of ops.def");
    return op >= IR_vaese && op <= IR_vsm4ekey ? fn[op - IR_vaese] : NULL;
}
