/* dirent.h */
#include "directories.inc"
