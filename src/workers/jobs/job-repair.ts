/** The fields of a job's hash as BullMQ keeps them. */
export type RawJob = Readonly<Record<string, string>>;

/** What to change in a hash so that it can be read, and fails. */
export interface JobRepair {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  /** Why the job failed. */
  readonly reason: string;
}

const EXCERPT = 300;
/** Numbers that BullMQ's scripts count up: one that is none stops them half-way. */
const COUNTS = ['atm', 'ats', 'stc', 'timestamp', 'delay', 'priority'];
const COUNT = /^-?\d{1,15}$/;

/**
 * What is wrong with a job that no client of BullMQ could have written, `null`
 * when nothing is. Such a job throws wherever it is read: it never runs, never
 * fails, and takes Bull Board's lists down with it.
 *
 * @param opts options of the repaired job: how long it is kept
 */
export function jobRepairOf(raw: RawJob, opts: object): JobRepair | null {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  const { data, opts: options, progress, parent } = raw;
  if (data !== undefined && readJson(data) === undefined) {
    set['data'] = JSON.stringify({ unreadable: data.slice(0, EXCERPT) });
  }
  if (options !== undefined && !isObject(readJson(options))) set['opts'] = JSON.stringify(opts);
  if (progress !== undefined && readJson(progress) === undefined) remove.push('progress');
  if (parent !== undefined && !isObject(readJson(parent))) remove.push('parent', 'parentKey');
  for (const name of COUNTS) {
    if (raw[name] !== undefined && !COUNT.test(raw[name])) set[name] = '0';
  }
  const wrong = [...Object.keys(set), ...remove];
  if (wrong.length === 0) return null;
  const reason = `${wrong.map((name) => NAMES[name] ?? name).join(', ')}: not readable, expected what a BullMQ client writes`;
  // BullMQ fails a job with this field before anybody performs it.
  return { set: { ...set, defa: reason }, remove, reason };
}

const NAMES: Readonly<Record<string, string | undefined>> = {
  atm: 'attempts made',
  ats: 'attempts started',
  stc: 'stalls',
};

function readJson(text: string): unknown {
  try {
    // No JSON text is read as `undefined`.
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
