import { INVARIANTS } from '../../domain/audit/findings/finding.js';
import type { RepairAnswer } from '../../domain/repair/repair-store.js';
import type { Repaired } from '../../domain/repair/carry-out.js';
import type { Examination } from '../../domain/repair/examine.js';
import { type Prescription, repairText } from '../../domain/repair/repair.js';
import type { Output } from '../session/output.js';

const ANSWERS: Readonly<Record<RepairAnswer, string>> = {
  done: 'done',
  changed: 'not done: it is not so any more',
  busy: 'not done: a deployment changes the service',
};

export const answerText = (answer: RepairAnswer): string => ANSWERS[answer];

export const repairedViews = (repaired: readonly Repaired[]) =>
  repaired.map(({ repair, answer }) => ({ what: repairText(repair), answer }));

export const prescriptionViews = (prescriptions: readonly Prescription[]) =>
  prescriptions.map(({ finding, remedies }) => ({
    ...finding,
    would: remedies.flatMap((each) => ('repair' in each ? [repairText(each.repair)] : [])),
    cannot: remedies.flatMap((each) => ('why' in each ? [each.why] : [])),
  }));

export function writeRepaired(out: Output, repaired: readonly Repaired[]): void {
  for (const { repair, answer } of repaired) {
    out.line([answer === 'done' ? 'good' : 'warn', answerText(answer)], `  ${repairText(repair)}`);
  }
}

/** By invariant, in the audit's words: what is wrong, and under each what would be done, or why nothing is. */
export function writePrescriptions(
  out: Output,
  { prescriptions, report }: Examination,
  after: boolean,
): void {
  for (const note of report.notes) out.line(['faint', note]);
  const invariants = new Set(prescriptions.map(({ finding }) => finding.invariant));
  for (const invariant of invariants) {
    const its = prescriptions.filter(({ finding }) => finding.invariant === invariant);
    const count = report.counts[invariant] ?? its.length;
    out.line(['bad', `${invariant}: ${count} found`], `, although ${INVARIANTS[invariant]}`);
    for (const each of its) writePrescription(out, each);
    out.line('');
  }
  if (prescriptions.length === 0) out.line(['good', 'every guarantee holds: nothing to repair']);
  else if (!after && hasRepair(prescriptions)) {
    out.line([
      'faint',
      'nothing was changed; repair it: signalbox repair --apply --reason "<why>"',
    ]);
  }
}

const hasRepair = (prescriptions: readonly Prescription[]): boolean =>
  prescriptions.some(({ remedies }) => remedies.some((each) => 'repair' in each));

function writePrescription(out: Output, { finding, remedies }: Prescription): void {
  const { deploymentId, service, eventSequence, message } = finding;
  const at = eventSequence === undefined ? '' : ` event ${eventSequence}`;
  out.line('  ', ['strong', `${service ?? ''} ${deploymentId ?? ''}${at}`.trim()], ` ${message}`);
  for (const remedy of remedies) {
    if ('repair' in remedy) out.line(['good', '    would '], repairText(remedy.repair));
    else out.line(['warn', '    cannot be repaired: '], remedy.why);
  }
}
