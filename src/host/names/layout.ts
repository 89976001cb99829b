/*
 * The memory that a confined process shares with its name writer (writer.c): offsets and sizes in bytes.
 */

/** Names that can be in use at once, and the room of each with its NUL: NAME_MAX is 255 (limits.h). */
export const SLOTS = 256;
export const NAME_ROOM = 256;

/** States of a slot (`enum` of writer.c). */
export const SlotState = { free: 0, claimed: 1, asked: 2, taken: 3, written: 4, refused: 5 } as const;

/** `struct requests` of writer.c. */
export const Requests = { sequence: 0, alive: 4, states: 8, names: 8 + 4 * SLOTS } as const;

/** Bytes of each of the two memory files: the names, and the requests in whole pages of every size. */
export const NAMES_SIZE: number = SLOTS * NAME_ROOM;
export const REQUESTS_SIZE: number = 2 * NAMES_SIZE;
