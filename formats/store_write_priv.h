/* Writing to a store's index: shared by store_write.c and store_admin.c. */
#ifndef AOTC_FORMATS_STORE_WRITE_PRIV_H
#define AOTC_FORMATS_STORE_WRITE_PRIV_H

#include "formats/store_priv.h"

#include <lmdb.h>

/* A store opened for writing; the transaction holds the write lock until writer_close. */
struct writer {
    const char *dir;
    char path[4096], name[256];
    int dirfd, indexfd;
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    struct diag *d;
};

enum status writer_open(struct writer *w, const char *dir, struct diag *d);
void writer_close(struct writer *w);
/* Runs change() in the open transaction and commits; starts over in a map of twice the size when the map is full. change() gives
 * an LMDB result code. */
enum status writer_commit(struct writer *w, int (*change)(struct writer *, void *), void *arg);
enum status writer_fail(const struct writer *w, int rc, const char *what);
int writer_put(struct writer *w, const struct store_rec *rec);
int writer_delete(struct writer *w, const struct store_key *key);

#endif
