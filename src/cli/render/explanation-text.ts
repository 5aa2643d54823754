import type { Explanation, Holding } from '../../domain/explain/explanation.js';
import { drainWords, givenUpWords } from '../../domain/explain/drain-words.js';
import type { GivenUpDrain } from '../../domain/explain/drains.js';
import { changeWords } from '../../domain/fleet/configuration-change.js';
import { heldOutNote } from '../../domain/explain/plan-notes.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { serviceKey } from '../../domain/model/ids.js';
import type { Output } from '../session/output.js';
import type { FailedCall } from '../../domain/explain/failed-calls.js';
import { lastLines } from '../../contracts/views/last-lines.js';
import { saidLines } from './timeline.js';
import { relativeText, stamp } from './hold-text.js';
import { behindText } from '../text/behind-text.js';
import type { Segment } from '../text/line.js';
import { STATUS_TONE } from '../text/paint.js';
import { durationText } from '../text/time-text.js';

const LABEL = 10;
/** More would bury what holds it. */
const SHOWN_FAILURES = 3;
const SHOWN_DRAINS = 10;

/** An explanation, as a person reads it. @param now epoch milliseconds */
export function writeExplanation(
  out: Output,
  { id, service, environment, version, plan }: Deployment,
  explanation: Explanation & {
    readonly failures: readonly FailedCall[];
    readonly givenUp: readonly GivenUpDrain[];
  },
  now: number,
): void {
  const { state, reason, step, holds, sight, heldOut, metricNotes, deadlines } = explanation;
  const { next, nextAt, options, failures } = explanation;
  const say = (label: string, ...segments: readonly Segment[]): void =>
    out.line(['faint', label.padEnd(LABEL)], ...segments);
  out.line(
    ['strong', `${serviceKey({ service, environment })} ${version}`],
    ` ${id} `,
    [STATUS_TONE[state], state],
    reason === null ? '' : `: ${reason}`,
  );
  if (step !== null) say('step', `${step.number} of ${step.of}: ${step.what}`);
  // What said nothing is told by the reason.
  const talkative = failures.filter(({ evidence }) => lastLines(evidence).length > 0);
  for (const { target, error, evidence } of talkative.slice(0, SHOWN_FAILURES)) {
    say('failed', `${target}: `, ['bad', error]);
    for (const segments of saidLines(evidence)) out.line(...segments);
    say('', ['faint', `all of it: signalbox logs ${id} ${target}`]);
  }
  const hidden = talkative.length - SHOWN_FAILURES;
  if (hidden > 0) say('failed', `${hidden} more targets: signalbox show ${id}`);
  sayCuts(say, explanation.givenUp);
  for (const hold of holds) {
    say('held by', ['warn', hold.kind], `: ${hold.reason}`);
    say('', timesText(hold, now));
    say('', `lifted by ${hold.liftedBy}`, hold.command === null ? '' : `: ${hold.command}`);
  }
  if (heldOut.length > 0) {
    const waits = plan.policy.heldOut === 'refuse' && (state === 'draft' || state === 'approved');
    const ids = heldOut.map(({ target }) => target);
    say('held out', ['warn', heldOutNote(ids, waits)]);
  }
  if (explanation.behind.length > 0) say('behind', ['warn', behindText(explanation.behind)]);
  if (sight !== null) say('serving', sight);
  for (const { analysis, metric, note } of metricNotes) {
    say('metrics', `${analysis}, ${metric}: `, ['warn', note]);
  }
  if (explanation.configuration !== null) {
    const { hosts } = explanation.configuration;
    say('changed', ['warn', `the configuration on ${hosts.join(', ')}, since it was planned`]);
    for (const words of changeWords(explanation.configuration)) say('', words);
  }
  sayCalls(say, explanation, now);
  for (const { kind, at, outcome } of deadlines) {
    say('deadline', `${kind} ${stamp(at)}, ${relativeText(at, now)}: then ${outcome}`);
  }
  say('next', next, nextAt === null ? '' : ` (${relativeText(nextAt, now)})`);
  for (const { command, does } of options) say('you can', command, ['faint', `  ${does}`]);
}

type Say = (label: string, ...segments: readonly Segment[]) => void;

function sayCuts(say: Say, givenUp: readonly GivenUpDrain[]): void {
  for (const { target, count, waitedMs } of givenUp.slice(-SHOWN_DRAINS)) {
    say('cut', ['warn', `${target}: ${givenUpWords(count, waitedMs)}`]);
  }
}

/** Drains, and calls of drivers and of the router. */
function sayCalls(say: Say, { drains, calls }: Explanation, now: number): void {
  for (const { target, until, ...drain } of drains.slice(0, SHOWN_DRAINS)) {
    say('waits for', drainWords(target, drain, until - now));
  }
  for (const { to, doing, since, worker, attempt } of calls) {
    const how = since === null ? '' : ` for ${durationText(Math.max(0, now - since))}`;
    const who = worker === null ? '' : ` by ${worker}`;
    say('waits for', `${to} (${doing})${how}${who}${attempt > 1 ? `, call ${attempt}` : ''}`);
  }
}

function timesText({ since, until }: Holding, now: number): string {
  const from = since === null ? 'since when is not known' : `since ${stamp(since)}`;
  const to = until === null ? 'no known end' : `until ${stamp(until)}, ${relativeText(until, now)}`;
  return `${from}; ${to}`;
}
