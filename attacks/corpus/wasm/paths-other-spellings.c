// Route: Spells `..` in overlong UTF-8, in percent signs, with backslashes, and with characters that NTFS and macOS ignore.
// Known from: CVE-2000-0884 (IIS), CVE-2021-41773 (Apache httpd), CVE-2024-51745 (Wasmtime), CVE-2026-49401 (Deno)
// Refused: ENOENT, EILSEQ, ENOTCAPABLE
// Twin: names with such bytes are made and found inside
// Unconfined: cannot run: Linux takes them for ordinary names, too
#include "attempt.h"

static const char *const spellings[] = {
    "\xc0\xae\xc0\xae/secret/file", "\xe0\x80\xae\xe0\x80\xae/secret/file", "%2e%2e/secret/file",
    "%2e%2e%2fsecret%2ffile",
    "..\\secret\\file",             ".. /secret/file",                      "..\xe2\x80\x8b/secret/file",
    "..::$INDEX_ALLOCATION/secret/file", "\xef\xbc\x8e\xef\xbc\x8e/secret/file", "CON", "NUL", "COM\xc2\xb9"};

const char *attempt(void) {
  const char *answer = "none";
  for (size_t at = 0; at < sizeof(spellings) / sizeof(spellings[0]); at++) {
    answer = reads(readable, spellings[at]);
    if (strcmp(answer, "ok") == 0)
      return answer;
  }
  return answer;
}
const char *twin(void) {
  const char *answer = writes(work, "..\\file");
  return strcmp(answer, "ok") == 0 ? reads(work, "..\\file") : answer;
}
