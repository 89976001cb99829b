/* net/if.h: interfaces of the network, of which a program has none: its functions find nothing. */
#ifndef CLOUDABI_NET_IF_H
#define CLOUDABI_NET_IF_H

#ifndef __wasi__
#include_next <net/if.h>
#else

#define IF_NAMESIZE 16
#define IFNAMSIZ IF_NAMESIZE

#ifdef __cplusplus
extern "C" {
#endif

struct if_nameindex {
  unsigned if_index;
  char *if_name;
};

/* Returns 0 with ENXIO. */
unsigned if_nametoindex(const char *name);
/* Returns NULL with ENXIO. */
char *if_indextoname(unsigned index, char *name);

#ifdef __cplusplus
}
#endif
#endif

#endif
