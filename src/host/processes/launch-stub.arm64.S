// The interpreter of call lists (call-list.ts) for aarch64; a test compares its bytes with what an assembler makes of
// this. Nothing below `start` uses the stack, so that a child which shares its parent's memory can run it.
//
// What a record is and what lies in front of the first: launch-stub.x64.S.

        .text
call:                                   // as a C function without arguments
        stp     x29, x30, [sp, #-48]!
        stp     x19, x20, [sp, #16]
        str     x21, [sp, #32]
        bl      start
        ldr     x21, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #48
        ret

start:                                  // as a program
        ldr     x19, address
        ldr     x20, [x19]
next:   ldp     w8, w21, [x20]
        ldp     x0, x1, [x20, #8]
        tbz     w21, #0, 1f
        ldr     x0, [x0]
1:      tbz     w21, #1, 2f
        ldr     x1, [x1]
2:      ldp     x2, x3, [x20, #24]
        tbz     w21, #2, 3f
        ldr     x2, [x2]
3:      tbz     w21, #3, 4f
        ldr     x3, [x3]
4:      ldp     x4, x5, [x20, #40]
        tbz     w21, #4, 5f
        ldr     x4, [x4]
5:      tbz     w21, #5, 6f
        ldr     x5, [x5]
6:      tbnz    w8, #31, special
        svc     #0
done:   ldr     x9, [x20, #56]
        cbz     x9, 7f
        str     x0, [x9]
7:      tbnz    x0, #63, error
        cbz     x0, zero
        ldr     x20, [x20, #64]
        b       next
zero:   ldr     x20, [x20, #72]
        b       next
error:  ldr     x9, [x20, #80]
        cbz     x9, fail
        mov     x20, x9
        b       next
fail:   stp     x20, x0, [x19, #16]
        ldr     x20, [x19, #8]
        b       next

special:
        cmn     w8, #1
        b.eq    8f
        cmp     x0, x1
        mov     x9, #-116               // ESTALE
        csel    x0, xzr, x9, eq
        b       done
8:      ret

        .balign 8
address:
        .quad   0x1122334455667788      // replaced by the address of the list
