/**
 * What of RFC 5545 §3.3.10 a window's rule may say. Left out: seconds (a window
 * begins on a minute) and counts or intervals so large that looking for an
 * occurrence would take long.
 */
const WEEKDAY = '(?:MO|TU|WE|TH|FR|SA|SU)';

interface Part {
  readonly pattern: RegExp;
  readonly wanted: string;
  /** Of the number in it, without its sign. */
  readonly least?: number;
  readonly most?: number;
  readonly list?: true;
}

const number = (wanted: string, least: number, most: number): Part => ({
  pattern: /^\d{1,4}$/,
  wanted,
  least,
  most,
});
const signed = (wanted: string, most: number): Part => ({
  pattern: /^[+-]?\d{1,3}$/,
  wanted,
  least: 1,
  most,
  list: true,
});

const PARTS: Readonly<Record<string, Part>> = {
  FREQ: {
    pattern: /^(?:MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/,
    wanted: 'YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY or MINUTELY',
  },
  INTERVAL: number('1 to 1000', 1, 1_000),
  COUNT: number('1 to 366', 1, 366),
  UNTIL: { pattern: /^\d{8}T\d{6}Z$/, wanted: 'a time in UTC such as 20261231T230000Z' },
  WKST: { pattern: new RegExp(`^${WEEKDAY}$`), wanted: 'MO, TU, WE, TH, FR, SA or SU' },
  BYMONTH: { ...number('1 to 12', 1, 12), list: true },
  BYMONTHDAY: signed('1 to 31 or -31 to -1', 31),
  BYYEARDAY: signed('1 to 366 or -366 to -1', 366),
  BYWEEKNO: signed('1 to 53 or -53 to -1', 53),
  BYDAY: {
    pattern: new RegExp(`^(?:[+-]?\\d{1,2})?${WEEKDAY}$`),
    wanted: 'weekdays such as MO, or -1FR for the last Friday',
    least: 1,
    most: 53,
    list: true,
  },
  BYHOUR: { ...number('0 to 23', 0, 23), list: true },
  BYMINUTE: { ...number('0 to 59', 0, 59), list: true },
  BYSETPOS: signed('1 to 366 or -366 to -1', 366),
};

const LONGEST = 500;

/** What is wrong with the text of a rule, or `null`; whether it ever occurs the calendar knows. */
export function ruleRefusal(text: string): string | null {
  if (text.length > LONGEST) return `expected at most ${LONGEST} characters`;
  const seen = new Set<string>();
  for (const piece of text.split(';')) {
    const refusal = pieceRefusal(piece, seen);
    if (refusal !== null) return refusal;
  }
  if (!seen.has('FREQ')) return 'expected a rule with FREQ, such as FREQ=WEEKLY;BYDAY=SA,SU';
  return seen.has('COUNT') && seen.has('UNTIL') ? 'expected COUNT or UNTIL, not both' : null;
}

function pieceRefusal(piece: string, seen: Set<string>): string | null {
  const [name = '', value = '', ...more] = piece.split('=');
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (part === undefined) {
    return `expected parts such as ${Object.keys(PARTS).join(', ')}, got ${JSON.stringify(name)}`;
  }
  if (seen.has(name)) return `expected ${name} once`;
  seen.add(name);
  const values = part.list ? value.split(',') : [value];
  return more.length === 0 && values.every((each) => fits(part, each))
    ? null
    : `expected ${name} of ${part.wanted}, got ${JSON.stringify([value, ...more].join('='))}`;
}

function fits({ pattern, least = 0, most = Infinity }: Part, value: string): boolean {
  if (!pattern.test(value)) return false;
  const [digits] = /\d+/.exec(value) ?? [];
  return digits === undefined || (Number(digits) >= least && Number(digits) <= most);
}
