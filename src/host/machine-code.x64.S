# The machine code of machine-code.ts for x86-64; a test compares its bytes with what an assembler makes of this.
#
# list: runs the list of system calls at %rdi; returns 0, or the first negative result.
# handler: a signal handler (sa_sigaction) whose siginfo carries at 24 the address of { u32 done; i32 error; list }.
# restorer: where the handler returns to.
# call: runs the fixed list.

        .text
list:
        push    %rbx
        push    %r12
        mov     %rdi, %rbx              # the first record
        mov     %rdi, %r12              # this record
1:      cvttsd2si (%r12), %rax          # call number
        test    %rax, %rax
        js      3f
        cvttsd2si 8(%r12), %rdi
        cmp     $-4096, %rdi            # FIRST_RESULT
        jne     2f
        cvttsd2si 56(%rbx), %rdi
2:      cvttsd2si 16(%r12), %rsi
        cvttsd2si 24(%r12), %rdx
        cvttsd2si 32(%r12), %r10
        cvttsd2si 40(%r12), %r8
        cvttsd2si 48(%r12), %r9
        syscall
        cvtsi2sd %rax, %xmm0
        movsd   %xmm0, 56(%r12)
        add     $64, %r12
        test    %rax, %rax
        jns     1b
        jmp     4f
3:      xor     %eax, %eax
4:      pop     %r12
        pop     %rbx
        ret

handler:
        push    %rbx
        mov     24(%rsi), %rbx
        lea     8(%rbx), %rdi
        call    list
        test    %eax, %eax
        jns     5f
        mov     %eax, 4(%rbx)
5:      lock incl (%rbx)
        pop     %rbx
        ret

restorer:
        mov     $15, %eax               # rt_sigreturn
        syscall

call:
        movabs  $0x1122334455667788, %rdi # replaced by the address of the fixed list
        jmp     list
