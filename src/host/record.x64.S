# The machine code of record.ts for x86-64; a test compares its bytes with what an assembler makes of this.
#
# call: makes the system call of the record, and leaves its result there.
# time: calls clock_gettime of the C library with the first two arguments of the record.

        .text
call:
        movabs  $0x1122334455667788, %r8 # replaced by the address of the record
        mov     (%r8), %rax
        mov     8(%r8), %rdi
        mov     16(%r8), %rsi
        mov     24(%r8), %rdx
        mov     32(%r8), %r10
        syscall
        mov     %rax, 40(%r8)
        ret
time:
        movabs  $0x1122334455667788, %r8 # replaced likewise
        mov     8(%r8), %rdi
        mov     16(%r8), %rsi
        movabs  $0x2233445566778899, %rax # replaced by the address of the function
        jmp     *%rax
