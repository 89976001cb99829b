// The machine code of record.ts for aarch64; a test compares its bytes with what an assembler makes of this.
//
// call: makes the system call of the record, and leaves its result there.
// time: calls clock_gettime of the C library with the first two arguments of the record.

        .text
call:
        ldr     x9, address
        ldr     x8, [x9]
        ldp     x0, x1, [x9, #8]
        ldp     x2, x3, [x9, #24]
        svc     #0
        str     x0, [x9, #40]
        ret
time:
        ldr     x9, address
        ldr     x10, function
        ldp     x0, x1, [x9, #8]
        br      x10
        nop
address:
        .quad   0x1122334455667788      // replaced by the address of the record
function:
        .quad   0x2233445566778899      // replaced by the address of the function
