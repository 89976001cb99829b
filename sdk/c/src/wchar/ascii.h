/* Wide strings as bytes, with a mark for each character that is none of ASCII. */
#ifndef CLOUDABI_WCHAR_ASCII_H
#define CLOUDABI_WCHAR_ASCII_H

/* Makes a string of the same length, to be freed; NULL with ENOMEM. */
char *cloudabi_ascii_of(const __WCHAR_TYPE__ *wide);

#endif
