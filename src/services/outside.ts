/** The name under which channels to services outside this library are listed: no service has it. */
export const OUTSIDE = 'module';
