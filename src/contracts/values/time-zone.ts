const PATTERN = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** Names of the time zone database only: an offset such as `+02:00` does not know when the clocks change. */
export function isTimeZone(name: string): boolean {
  if (!PATTERN.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
