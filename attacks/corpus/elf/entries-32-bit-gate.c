// Route: Enters the kernel by the gate for 32-bit programs, whose calls have other numbers
// Known from: CVE-2009-0835 (seccomp and the other system call table)
// Refused: SIGSYS
// Twin: makes a call of CloudABI
// Unconfined: cannot run: a CloudABI executable needs its supervisor
#include "attempt.h"

const char *attempt(void) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
  return "ok";
}
const char *twin(void) { return reads_file(); }
