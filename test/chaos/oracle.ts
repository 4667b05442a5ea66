/** What must hold, checked outside the library. Violations are collected with the time at which they were seen. */

/** The checks, by what they are about (the numbers are the invariants of the design). */
export type Check =
  | 'bytes' // 6
  | 'acknowledged' // 6
  | 'command' // 1, 8, 14
  | 'ladder' // 10
  | 'end' // 15
  | 'late' // 15
  | 'stale' // 12
  | 'secret' // 13
  | 'pin' // 16
  | 'internal'
  | 'unhandled'
  | 'service';

export interface Violation {
  readonly check: Check;
  readonly atMs: number;
  readonly text: string;
}

/** More are not kept. */
const MOST = 20;

export class Oracle {
  readonly violations: Violation[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  fail(check: Check, text: string): void {
    if (this.violations.length < MOST) this.violations.push({ check, atMs: this.#now(), text });
  }

  /** Fails unless it is so. */
  expect(isSo: boolean, check: Check, text: string): void {
    if (!isSo) this.fail(check, text);
  }
}

/** What may stand in no trace, log, error or report. */
export const CANARIES = {
  username: 'canaryuser',
  password: 'canarypassword',
  pin: '73951',
  wrongPin: '84062',
  identities: ['001010123456789', '89001012012341234120', '861000000000017'],
} as const;

const SECRET =
  /canaryuser|canarypassword|(?<!\d)(?:73951|84062)(?!\d)|001010123456789|89001012012341234120|861000000000017/;

/** The secret that a text gives away, if it does. */
export function secretIn(text: string): string | undefined {
  return SECRET.exec(text)?.[0];
}

/** Everything that an error says, with its causes. */
export function everythingOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 8) return String(error);
  const own = JSON.stringify(error, Object.getOwnPropertyNames(error).concat('details')) ?? '';
  const details = 'details' in error ? JSON.stringify(error.details) : '';
  return [error.message, error.stack ?? '', own, details, everythingOf(error.cause ?? '', depth + 1)].join(
    '\n',
  );
}
