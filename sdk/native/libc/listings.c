/* dirent.h */
#include "../musl/directories.inc"
