/* The linker's names of the routines. Here they are what they are called. In a package this file gives each
 * one a name that ends in a checksum of its source, so that models of several versions of mote have theirs.
 */
