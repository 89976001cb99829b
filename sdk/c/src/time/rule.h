/* Rules of years to come, in the form that POSIX has for the variable TZ. */
#ifndef CLOUDABI_TIME_RULE_H
#define CLOUDABI_TIME_RULE_H

#include "zones.h"

/* Tells what a rule says of a time, in seconds since 1970. The rule ends at `|`. */
struct local_kind cloudabi_apply_rule(const char *rule, int64_t time);

/* Gives the lasting copy of an abbreviation; "?" for one that is not known. */
const char *cloudabi_abbreviation(const char *text, size_t length);

#endif
