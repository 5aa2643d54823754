import type { NoData } from '../model/deployment/measurement.js';
import type { MetricRule } from '../model/plan/analysis-spec.js';
import type { MetricAnswer } from '../ports/metric-source.js';

/** Of one answer. A query over a thousand pods may have a thousand series that are NaN. */
const NOTES_SHOWN = 5;
const NOTE_LENGTH = 300;

/** What people are to know of the answers that a reading is made of, beside its values. */
export function answerNotes(answers: readonly MetricAnswer[]): Pick<NoData, 'notes'> {
  const notes = [...new Set(answers.flatMap(notesOf))];
  return notes.length === 0 ? {} : { notes };
}

/** No data, where an answer that its source warns of does not count. */
export function warnedOf(
  { onWarnings }: MetricRule,
  answers: readonly MetricAnswer[],
): NoData | null {
  const [warning, ...more] = answers.flatMap(({ warnings = [] }) => warnings);
  if (onWarnings !== 'noData' || warning === undefined) return null;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const message = `the source warned of its answer: ${short(warning)}${others}`;
  return { kind: 'no_data', message, ...answerNotes(answers) };
}

export const nothingFound = (what: string, answer: MetricAnswer): NoData => ({
  kind: 'no_data',
  message:
    answer.notNumbers > 0
      ? `${what} found ${answer.notNumbers} values, none of them a number`
      : `${what} matched no series`,
  ...answerNotes([{ ...answer, notNumbers: 0 }]),
});

const notesOf = (answer: MetricAnswer): readonly string[] => [
  ...shown(answer.warnings, 'warnings').map((warning) => `the source warned: ${warning}`),
  ...shown(answer.infos, 'remarks').map((info) => `the source remarked: ${info}`),
  ...notNumbersNote(answer),
];

function notNumbersNote({ notNumbers, notNumberSeries = [] }: MetricAnswer): readonly string[] {
  if (notNumbers === 0) return [];
  const named = shown(notNumberSeries, 'series').join(', ');
  const what = notNumbers === 1 ? '1 value is NaN and does' : `${notNumbers} values are NaN and do`;
  return [`${what} not count${named === '' ? '' : `: ${named}`}`];
}

function shown(texts: readonly string[] = [], what: string): readonly string[] {
  const first = texts.slice(0, NOTES_SHOWN).map(short);
  const left = texts.length - first.length;
  return left > 0 ? [...first, `${left} more ${what}`] : first;
}

const short = (text: string): string =>
  text.length > NOTE_LENGTH ? `${text.slice(0, NOTE_LENGTH)}…` : text;
