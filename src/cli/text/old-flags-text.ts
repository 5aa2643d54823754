import { listed } from '../../domain/plan/listed.js';
import { fieldOf } from './event-field.js';

type Data = Readonly<Record<string, unknown>>;

/** `removing the flags of older versions: ff_api_1.0, ff_api_1.1` */
export const oldFlagsText = ({ flags }: Data): string =>
  `removing the flags of older versions: ${namesIn(flags)}`;

/** What became of the flags of older versions. */
export function removedFlagsText({ removed, left, error }: Data): string {
  const parts = [
    ...(listIn(removed).length === 0 ? [] : [`removed: ${namesIn(removed)}`]),
    ...listIn(left).map((each) => `${nameIn(each)} stays: ${String(fieldOf(each, 'reason'))}`),
    ...(typeof error === 'string' ? [`all stay for now: ${error}`] : []),
  ];
  return `flags of older versions: ${parts.join('; ')}`;
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const nameIn = (flag: unknown): string => String(fieldOf(flag, 'flag'));
const namesIn = (flags: unknown): string => listed(listIn(flags).map(nameIn));
