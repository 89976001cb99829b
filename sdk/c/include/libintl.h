/*
 * libintl.h: translations of messages. There are no catalogues of the machine, so each message stays as it is.
 */
#ifndef CLOUDABI_LIBINTL_H
#define CLOUDABI_LIBINTL_H

#ifdef __cplusplus
extern "C" {
#endif

char *gettext(const char *message);
char *dgettext(const char *domain, const char *message);
char *dcgettext(const char *domain, const char *message, int category);

/* The first for one, the second for any other number. */
char *ngettext(const char *one, const char *many, unsigned long number);
char *dngettext(const char *domain, const char *one, const char *many, unsigned long number);
char *dcngettext(const char *domain, const char *one, const char *many, unsigned long number, int category);

#ifdef __cplusplus
}
#endif

#endif
