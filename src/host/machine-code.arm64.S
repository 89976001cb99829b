// The machine code of machine-code.ts for aarch64; a test compares its bytes with what an assembler makes of this.
//
// list: runs the list of system calls at x0; returns 0, or the first negative result.
// handler: a signal handler (sa_sigaction) whose siginfo carries at 24 the address of { u32 done; i32 error; list }.
//   It returns to a restorer that the host brings.
// call: runs the fixed list.

        .text
list:
        mov     x9, x0                  // the first record
        mov     x10, x0                 // this record
1:      ldr     d0, [x10]               // call number
        fcvtzs  x8, d0
        tbnz    x8, #63, 3f
        ldp     d0, d1, [x10, #8]
        fcvtzs  x0, d0
        fcvtzs  x1, d1
        cmn     x0, #4096               // FIRST_RESULT
        b.ne    2f
        ldr     d0, [x9, #56]
        fcvtzs  x0, d0
2:      ldp     d0, d1, [x10, #24]
        fcvtzs  x2, d0
        fcvtzs  x3, d1
        ldp     d0, d1, [x10, #40]
        fcvtzs  x4, d0
        fcvtzs  x5, d1
        svc     #0
        scvtf   d0, x0
        str     d0, [x10, #56]
        add     x10, x10, #64
        tbz     x0, #63, 1b
        ret
3:      mov     x0, #0
        ret

handler:
        stp     x29, x30, [sp, #-32]!
        str     x19, [sp, #16]
        ldr     x19, [x1, #24]
        add     x0, x19, #8
        bl      list
        tbz     x0, #63, 5f
        str     w0, [x19, #4]
5:      ldaxr   w0, [x19]
        add     w0, w0, #1
        stlxr   w1, w0, [x19]
        cbnz    w1, 5b
        ldr     x19, [sp, #16]
        ldp     x29, x30, [sp], #32
        ret

call:
        ldr     x0, address
        b       list
address:
        .quad   0x1122334455667788      // replaced by the address of the fixed list
