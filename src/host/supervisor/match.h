/*
 * Decides about an access by a table of rules, which src/policy/table.ts makes; src/policy/decide.ts does the same in
 * TypeScript. Each word of the table is read within its bounds. Nothing is allocated, and the time is linear in the
 * length of the path. A table that is broken kills.
 */
#ifndef FUNCTION
#define FUNCTION static __attribute__((noinline))
#endif
#define TABLE_MAGIC 0x72626163
#define TABLE_NONE 0xffffffffu
#define TABLE_START 1

/* Words of the header. */
enum {
  header_magic, header_words, header_rules, header_rules_at, header_groups, header_groups_at, header_conditions,
  header_conditional, header_size = header_conditional + 2,
};

/* Words of a rule, a group, a state and a cell. */
enum { rule_action, rule_errno, rule_categories, rule_condition = rule_categories + 2, rule_argument, rule_size };
enum { group_states, group_states_at, group_cells, group_cells_at, group_size };
enum { state_base, state_fallback, state_accepts, state_size };
enum { cell_owner, cell_next, cell_size };

enum {
  action_allow, action_deny, action_hide, action_mask, action_append, action_ask, action_log, action_stop,
  action_kill,
};

struct table {
  const u32 *words;
  u32 count;
};

struct decision {
  u32 action;
  u32 error;
  u32 rule;     /* TABLE_NONE: no rule matches, and the static grants alone count */
  u32 argument; /* of a mask: the number of its source and one; 0 for an empty file */
};

/* A word outside of the table is 0, and is noted. */
static inline u32 word_at(const struct table *t, u64 at, u32 *broken)
{
  if (at < t->count) return t->words[at];
  *broken = 1;
  return 0;
}

/* Says whether memory holds a table. */
FUNCTION u32 open_table(struct table *t, const void *words, u64 bytes)
{
  t->words = words;
  t->count = (u32)(bytes / 4);
  return bytes % 4 == 0 && bytes / 4 >= header_size && bytes / 4 < 0x10000000 &&
         t->words[header_magic] == TABLE_MAGIC && t->words[header_words] == t->count;
}

/* The state behind a path, or 0; with `beneath`, that behind a slash after it. */
FUNCTION u32 state_behind(const struct table *t, u32 group, const u8 *path, u32 length, u32 beneath, u32 *broken)
{
  u64 at = word_at(t, header_groups_at, broken) + (u64)group * group_size;
  u64 states_at = word_at(t, at + group_states_at, broken);
  u64 cells_at = word_at(t, at + group_cells_at, broken);
  u32 state = TABLE_START, i;
  for (i = 0; i < length + beneath; i++) {
    u8 byte = i < length ? path[i] : '/';
    u64 row = states_at + (u64)state * state_size;
    u64 cell = cells_at + ((u64)word_at(t, row + state_base, broken) + byte) * cell_size;
    state = word_at(t, cell + cell_owner, broken) == state ? word_at(t, cell + cell_next, broken)
                                                           : word_at(t, row + state_fallback, broken);
    if (state == 0) return 0;
  }
  return state;
}

/* The place of the list of rules that match a path, or TABLE_NONE. */
FUNCTION u32 matches_of(const struct table *t, u32 group, const u8 *path, u32 length, u32 *broken)
{
  u64 at = word_at(t, header_groups_at, broken) + (u64)group * group_size;
  u64 states_at = word_at(t, at + group_states_at, broken);
  u32 state = state_behind(t, group, path, length, 0, broken);
  return state == 0 ? TABLE_NONE : word_at(t, states_at + (u64)state * state_size + state_accepts, broken);
}

/* The first rule of a list that is about a category. */
FUNCTION u32 first_of(const struct table *t, u32 list, u32 category, u64 held, u32 below, u32 *broken)
{
  u32 count, i;
  if (list == TABLE_NONE) return TABLE_NONE;
  count = word_at(t, list, broken);
  for (i = 0; i < count && !*broken; i++) {
    u32 rule = word_at(t, (u64)list + 1 + i, broken), condition;
    u64 at = word_at(t, header_rules_at, broken) + (u64)rule * rule_size;
    if (rule >= below) return TABLE_NONE;
    if (!(word_at(t, at + rule_categories + (category >> 5 & 1), broken) >> (category & 31) & 1)) continue;
    condition = word_at(t, at + rule_condition, broken);
    if (condition == 0 || (condition <= 64 && held >> (condition - 1) & 1)) return rule;
  }
  return TABLE_NONE;
}

/* Says whether a decision about a category depends on the executable. */
FUNCTION u32 is_conditional(const struct table *t, u32 category)
{
  u32 broken = 0;
  return (word_at(t, header_conditional + (category >> 5 & 1), &broken) >> (category & 31) & 1) | broken;
}

/* The conditions that hold for a process, by the path of its executable; bits by number. */
FUNCTION u64 conditions_of(const struct table *t, const u8 *executable, u32 length)
{
  u32 broken = 0, group = word_at(t, header_conditions, &broken), list, count, i;
  u64 held = 0;
  if (group == TABLE_NONE) return 0;
  list = matches_of(t, group, executable, length, &broken);
  if (list == TABLE_NONE) return 0;
  count = word_at(t, list, &broken);
  for (i = 0; i < count && !broken; i++) held |= 1ul << (word_at(t, (u64)list + 1 + i, &broken) & 63);
  return held;
}

/*
 * Decides about an access to a resolved path, absolute and without `.`, `..`, empty names or a slash at its end. `held`
 * comes from conditions_of, and is 0 where is_conditional says so.
 */
FUNCTION struct decision decide(const struct table *t, u32 category, const u8 *path, u32 length, u64 held)
{
  struct decision decision;
  u32 broken = 0, groups = word_at(t, header_groups, &broken), best = TABLE_NONE, group;
  u64 at;
  decision.action = action_allow;
  decision.error = 0;
  decision.rule = TABLE_NONE;
  decision.argument = 0;
  for (group = 0; group < groups && !broken; group++) {
    u32 list = matches_of(t, group, path, length, &broken);
    u32 rule = first_of(t, list, category, held, best, &broken);
    if (rule < best) best = rule;
  }
  if (best != TABLE_NONE) {
    at = word_at(t, header_rules_at, &broken) + (u64)best * rule_size;
    if (best >= word_at(t, header_rules, &broken)) broken = 1;
    decision.rule = best;
    decision.action = word_at(t, at + rule_action, &broken);
    decision.error = word_at(t, at + rule_errno, &broken);
    decision.argument = word_at(t, at + rule_argument, &broken);
    if (decision.action > action_kill) broken = 1;
  }
  if (broken) decision.action = action_kill;
  return decision;
}
