/* In front of every file of a build with faults: MOTE_MUTANT(n) is true in a process that runs with fault n,
 * and notes that the place was reached. C that mote writes for a device carries the number itself: see embed
 * in tree.py. */
#ifndef MOTE_MUTANT
#ifdef __cplusplus
extern "C" {
#endif
extern int mote_mutant;
extern unsigned char *mote_mutants_reached;
#ifdef __cplusplus
}
#endif
#define MOTE_MUTANT(n) (mote_mutants_reached[n] = 1, mote_mutant == (n))
#endif
