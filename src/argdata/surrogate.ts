/** Half of a surrogate pair alone, which no UTF-8 can express. */
export const LONE_SURROGATE: RegExp = /\p{Surrogate}/u;
