import { countIn, countWords } from '../../domain/explain/drain-words.js';
import { percentText } from '../../contracts/views/step-words.js';
import { html, type Html, type HtmlValue } from '../http/html.js';
import { moment } from './wording.js';

const LONGEST = 400;

/** What an event says beyond its type. */
export function eventDetails(data: Readonly<Record<string, unknown>>): HtmlValue {
  const facts = Object.entries(data).filter(([, value]) => value !== null && !isEmpty(value));
  return facts.map(([name, value], at) => [at === 0 ? '' : ', ', fact(name, value)]);
}

const fact = (name: string, value: unknown): Html =>
  html`<span class="soft">${FACTS[name]?.title ?? name}</span>
    ${FACTS[name]?.show(value) ?? plain(value)}`;

const FACTS: Readonly<
  Record<string, { readonly title: string; readonly show: (value: unknown) => HtmlValue }>
> = {
  step: { title: 'step', show: (value) => (typeof value === 'number' ? value + 1 : plain(value)) },
  until: { title: 'until', show: time },
  retryAt: { title: 'again at', show: time },
  previous: { title: 'previous', show: (value) => fieldOf(value, 'version') },
  hold: {
    title: 'hold',
    show: (value) => [fieldOf(value, 'kind'), ': ', fieldOf(value, 'reason')],
  },
  shares: { title: 'shares', show: shares },
  before: { title: 'before', show: shares },
  count: { title: 'left', show: drainCount },
  withinMs: { title: 'at most', show: (value) => `${plain(value)} ms` },
  percent: {
    title: 'users',
    show: (value) => (typeof value === 'number' ? percentText(value) : 'none'),
  },
  report: {
    title: 'verdict',
    show: (value) => [fieldOf(value, 'verdict'), ': ', fieldOf(value, 'reason')],
  },
  measurement: { title: 'round', show: (value) => fieldOf(value, 'round') },
  replanned: {
    title: 'steps made anew',
    show: (value) => (Array.isArray(value) ? value.length : plain(value)),
  },
  verification: {
    title: 'health',
    show: (value) => [fieldOf(value, 'status'), ': ', fieldOf(value, 'reason')],
  },
};

function time(value: unknown): HtmlValue {
  return typeof value === 'number' ? moment(value) : plain(value);
}

function drainCount(value: unknown): string {
  const count = typeof value === 'object' && value !== null ? countIn({ ...value }) : null;
  return count === null ? plain(value) : countWords(count);
}

/** Parts of the traffic by target, or the percentage of users. */
function shares(value: unknown): string {
  if (typeof value === 'number') return percentText(value);
  if (typeof value !== 'object' || value === null) return plain(value);
  const parts = Object.entries(value).flatMap(([target, part]: [string, unknown]) =>
    typeof part === 'number' && part > 0 ? [`${target} ${percentText(100 * part)}`] : [],
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function fieldOf(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return plain(value);
  return plain(Object.entries(value).find(([key]) => key === name)?.[1]);
}

function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '–');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
