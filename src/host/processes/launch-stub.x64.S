# The interpreter of call lists (call-list.ts) for x86-64; a test compares its bytes with what an assembler makes of
# this. Nothing below `start` uses the stack, so that a child which shares its parent's memory can run it.
#
# A record is 88 bytes: i32 call number, u32 mask of arguments that are addresses of the values meant, six arguments,
# where to store the result (0: nowhere), which record follows a positive result, zero, an error (0: give up).
# Number -1 returns, -2 compares the first two arguments: 0 if equal, else -ESTALE.
#
# In front of the records lies: the first record, the one to give up with, the record that failed, its result.

        .text
call:                                   # as a C function without arguments
        push    %rbx
        push    %rbp
        push    %r12
        call    start
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret

start:                                  # as a program
        movabs  $0x1122334455667788, %rbx # replaced by the address of the list
        mov     (%rbx), %r12
next:   movslq  (%r12), %rax
        mov     4(%r12), %ebp
        mov     8(%r12), %rdi
        shr     %ebp
        jnc     1f
        mov     (%rdi), %rdi
1:      mov     16(%r12), %rsi
        shr     %ebp
        jnc     2f
        mov     (%rsi), %rsi
2:      mov     24(%r12), %rdx
        shr     %ebp
        jnc     3f
        mov     (%rdx), %rdx
3:      mov     32(%r12), %r10
        shr     %ebp
        jnc     4f
        mov     (%r10), %r10
4:      mov     40(%r12), %r8
        shr     %ebp
        jnc     5f
        mov     (%r8), %r8
5:      mov     48(%r12), %r9
        shr     %ebp
        jnc     6f
        mov     (%r9), %r9
6:      test    %eax, %eax
        js      special
        syscall
done:   mov     56(%r12), %rcx
        test    %rcx, %rcx
        jz      7f
        mov     %rax, (%rcx)
7:      test    %rax, %rax
        js      error
        jz      zero
        mov     64(%r12), %r12
        jmp     next
zero:   mov     72(%r12), %r12
        jmp     next
error:  mov     80(%r12), %rcx
        test    %rcx, %rcx
        jz      fail
        mov     %rcx, %r12
        jmp     next
fail:   mov     %r12, 16(%rbx)
        mov     %rax, 24(%rbx)
        mov     8(%rbx), %r12
        jmp     next

special:
        inc     %eax
        jz      8f
        xor     %eax, %eax
        cmp     %rsi, %rdi
        je      done
        mov     $-116, %rax             # ESTALE
        jmp     done
8:      ret
