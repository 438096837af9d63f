/**
 * A disk in memory that loses what was not synced when the power goes. Every file has what the program sees and what is
 * on the plate; a sync copies the one to the other. At the kill some of the writes since the last sync reach the plate
 * and others do not, in any order and also in part, which is what disks do; after it every call fails until the power
 * is back.
 */
#ifndef HO_TESTS_STORE_LOSING_VFS_H
#define HO_TESTS_STORE_LOSING_VFS_H

#include <stdbool.h>
#include <stdint.h>

/** Register as SQLite's default; the seed decides what survives. */
void losing_register(uint64_t seed);
/** The power goes at the n-th write, truncation, deletion or sync from now (1: the next); 0: never. */
void losing_kill_at(long n);
bool losing_is_dead(void);
/** Such calls so far. */
long losing_calls(void);
/** Power is back: files are what is on the plate; locks and shared memory are gone. All connections must be closed. */
void losing_revive(void);
/** Forget all files. */
void losing_clear(void);

#endif
