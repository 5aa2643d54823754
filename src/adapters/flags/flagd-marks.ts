import { createHash } from 'node:crypto';
import { canonicalJson } from '../../contracts/values/canonical-json.js';
import { ABSENT } from './left-alone.js';
import { type Json, metadataOf } from './json.js';

/** What we wrote of a flag last. */
export interface Written {
  readonly percent: number;
  readonly mark: string;
}

const MARK_DIGITS = 16;
/** One entry for all flags: flagd hands what stands here on with every flag. */
const ENTRY = 'signalbox.set';

/** Tells what stands in the file of a flag from anything else, however it is laid out. */
export const markOf = (flag: unknown): string =>
  flag === undefined
    ? ABSENT
    : createHash('sha256').update(canonicalJson(flag)).digest('hex').slice(0, MARK_DIGITS);

/** What we wrote last; `null` where the file does not say. */
export const lastOf = (document: Json, flag: string): Written | null =>
  all(metadataOf(document)).get(flag) ?? null;

/** The metadata of the file with what was written last; `null`: the flag was taken away. */
export function withLast(metadata: Json, flag: string, written: Written | null): Json {
  const known = all(metadata);
  if (written === null) known.delete(flag);
  else known.set(flag, written);
  const { [ENTRY]: _, ...others } = metadata;
  const text = [...known].map(([name, { percent, mark }]) => `${name}=${percent}:${mark}`);
  return text.length === 0 ? others : { ...others, [ENTRY]: text.join(' ') };
}

/** `new-page=10:0123456789abcdef ff_api_2=100:…`: names have no spaces. */
function all({ [ENTRY]: text }: Json): Map<string, Written> {
  const entries = typeof text === 'string' ? text.split(' ') : [];
  return new Map(
    entries.flatMap((entry) => {
      const [, name, percent, mark] = /^(.+)=([\d.]+):([0-9a-f]+)$/.exec(entry) ?? [];
      return name !== undefined && percent !== undefined && mark !== undefined
        ? [[name, { percent: Number(percent), mark }] as const]
        : [];
    }),
  );
}
