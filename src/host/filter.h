/* A filter of system calls (seccomp(2)) that is put together in memory: programs of classic BPF. */
struct instruction {
  u16 code;
  u8 if_true, if_false;
  u32 value;
};

struct filter {
  u64 length;
  struct instruction *program;
};

FUNCTION void put(struct filter *f, u32 code, u32 if_true, u32 if_false, u32 value)
{
  struct instruction *at = &f->program[f->length++];
  at->code = (u16)code;
  at->if_true = (u8)if_true;
  at->if_false = (u8)if_false;
  at->value = value;
}

#define LOAD(offset) put(f, BPF_LD | BPF_W | BPF_ABS, 0, 0, offset)
#define EQUAL(value, yes, no) put(f, BPF_JMP | BPF_JEQ | BPF_K, yes, no, value)
#define AT_LEAST(value, yes, no) put(f, BPF_JMP | BPF_JGE | BPF_K, yes, no, value)
#define ALLOW() put(f, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW)
#define KILL() put(f, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS)
#define ARGUMENT(number) (16 + 8 * (number))

FUNCTION void allow(struct filter *f, u32 number)
{
  EQUAL(number, 0, 1);
  ALLOW();
}
