import { audit, type AuditReport } from '../../domain/audit/audit.js';
import { INVARIANTS } from '../../domain/audit/findings/finding.js';
import type { Diagnosis } from '../../domain/ports/diagnosis.js';
import { changeDiagnostics, restartDiagnostics } from './change-diagnostics.js';
import { type Diagnostic, diagnosticsOf } from './diagnostics.js';
import type { LeftTargets } from '../../domain/audit/left-targets.js';
import { leftTexts } from '../render/left-targets-text.js';
import type { HeldTarget } from '../../domain/ports/target-driver.js';
import { serviceKey } from '../../domain/model/ids.js';
import { driftDiagnostics } from './drift-diagnostics.js';
import { configOf } from '../session/listen-flags.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import type {
  DoctorSession,
  Drifts,
  LackedSecret,
  OpenDoctor,
  ToldAccess,
} from '../session/doctor-session.js';
import { EXIT, type ExitCode } from '../session/exit-code.js';
import { commandOf, parseInteger, parseText, type Program } from '../session/flags.js';
import type { Output } from '../session/output.js';
import { count } from '../render/step-text.js';
import { durationText } from '../text/time-text.js';

interface DoctorFlags {
  readonly audit?: true | undefined;
  readonly ledger?: string | undefined;
  readonly config?: string | undefined;
  readonly most: number;
  readonly json?: true | undefined;
}

export function addDoctor(program: Program, run: CliRun, open: OpenDoctor): void {
  commandOf(program, 'doctor')
    .description(
      'whether this Redis is fit and the routers do what is declared; with --audit whether every guarantee holds in it',
    )
    .option('--config <file>', 'whose routers to ask; else SIGNALBOX_CONFIG, else the one here')
    .option('--audit', 'read everything in it, and say what does not agree; changes nothing')
    .option(
      '--ledger <file>',
      'with --audit: what the targets wrote down, as JSON lines',
      parseText,
    )
    .option('--most <n>', 'of each kind of finding print this many', parseInteger(1, 1_000), 5)
    .action(async (flags) => {
      if (flags.ledger !== undefined && !flags.audit) {
        throw new UsageError('ledger: expected --audit to go with it');
      }
      const session = await open(run.connection(flags));
      try {
        run.exitCode = await (flags.audit ? auditWith : examine)(run, session, flags);
      } finally {
        await session.close();
      }
    });
}

async function examine(
  run: CliRun,
  session: DoctorSession,
  { config, json }: DoctorFlags,
): Promise<ExitCode> {
  const { out } = run;
  const diagnosis = await session.diagnose();
  const drift = await session.drift(configOf(run, config), run.ports.interrupted);
  const left = await session.left(configOf(run, config));
  const unknown = await session.unknown(configOf(run, config));
  const missing = await session.missingSecrets(configOf(run, config));
  const changed = await session.changedPlans();
  const workers = await session.workers();
  const access = await session.access(configOf(run, config));
  const diagnostics = [
    ...diagnosticsOf(diagnosis),
    ...driftDiagnostics(drift),
    ...changeDiagnostics(changed),
    ...restartDiagnostics(workers),
    ...leftDiagnostics(left),
    ...unknownDiagnostics(unknown),
    ...secretDiagnostics(missing),
  ];
  const healthy = diagnostics.every(({ level }) => level !== 'bad');
  if (json)
    out.json({
      healthy,
      diagnostics,
      ...diagnosis,
      drift: drift.ok ? drift.value : null,
      left,
      unknown,
      missing,
      access: access.ok ? access.value : null,
    });
  else writeDiagnosis(out, diagnosis, { drift, access }, diagnostics);
  return healthy ? EXIT.ok : EXIT.failed;
}

async function auditWith(
  run: CliRun,
  session: DoctorSession,
  { ledger, most, json, config }: DoctorFlags,
): Promise<ExitCode> {
  const { out, ports } = run;
  const began = ports.now();
  const report = await audit(session.audit, {
    most,
    ledger: ledger === undefined ? undefined : session.ledger(ledger),
  });
  const left = await session.left(configOf(run, config));
  if (json) out.json({ ...report, left });
  else {
    writeReport(out, report, ports.now() - began);
    writeDiagnostics(out, leftDiagnostics(left));
  }
  return report.clean ? EXIT.ok : EXIT.failed;
}

function writeDiagnosis(
  out: Output,
  { namespace, redis, work }: Diagnosis,
  { drift, access }: { readonly drift: Drifts; readonly access: ToldAccess },
  diagnostics: readonly Diagnostic[],
): void {
  const { appendOnly, appendFsync, evictionPolicy, clockAheadMs, roundTripMs } = redis;
  const durable = appendOnly
    ? `appendonly, appendfsync ${appendFsync ?? 'unknown'}`
    : 'no appendonly';
  const facts: readonly (readonly [string, string])[] = [
    ['namespace', namespace],
    ['redis', `${redis.version}, ${redis.mode}, ${redis.role} with ${redis.replicas} replicas`],
    ['when full', evictionPolicy ?? 'unknown'],
    ['durability', durable],
    ['clock', `${clockAheadMs} ms ahead of here, round trip ${roundTripMs} ms`],
    ['workers', `${work.workers ?? 'unknown'}, leader ${work.leader ?? 'none'}`],
    ['open', `${work.open} deployments, ${work.due} owe work, ${work.overdue} overdue`],
    ['routers', routersText(drift)],
    ['access', accessText(access)],
  ];
  for (const [name, text] of facts) out.line(['faint', name.padEnd(12)], text);
  out.line('');
  const columns = ['queue', 'waiting', 'active', 'delayed', 'failed'].map((title) => ({ title }));
  const rows = work.queues.map(({ name, waiting, active, delayed, failed }) => [
    ...[name, String(waiting), String(active), String(delayed), String(failed)],
  ]);
  out.table(columns, rows);
  out.line('');
  writeDiagnostics(out, diagnostics);
  if (diagnostics.length === 0) out.line(['good', 'all well']);
}

function writeDiagnostics(out: Output, diagnostics: readonly Diagnostic[]): void {
  for (const { level, text } of diagnostics) out.line([level, `${level}  `], text);
}

/** It breaks no guarantee, and must not be forgotten. */
const leftDiagnostics = (left: readonly LeftTargets[]): readonly Diagnostic[] =>
  left.flatMap(({ targets, ...ref }) =>
    leftTexts(ref, targets).map(({ text, advice }) => ({
      level: 'warn' as const,
      text: `${text}; ${advice}`,
    })),
  );

/** A record that is gone, or another namespace's: nobody but a person knows. */
const unknownDiagnostics = (held: readonly HeldTarget[]): readonly Diagnostic[] =>
  held.map((each) => ({
    level: 'warn',
    text: `${serviceKey(each)}: a driver here runs ${each.version} on ${each.target} (${each.address}), and nothing is recorded of it; stop it, or configure the target and deploy`,
  }));

/** Where workers have another environment than this command, they may have what is missing here. */
const secretDiagnostics = (missing: readonly LackedSecret[]): readonly Diagnostic[] =>
  missing.map(({ field, reason }) => ({
    level: 'warn',
    text: `${field}: ${reason}; a worker that is started like this leaves the service to others`,
  }));

function routersText(drift: Drifts): string {
  if (!drift.ok) return 'not asked: the configuration cannot be used';
  return drift.value === null
    ? 'not asked: no configuration here, pass --config'
    : `asked about ${count(drift.value.asked, 'service')}`;
}

/** Of the HTTP surface; over Redis its users decide. */
function accessText(access: ToldAccess): string {
  if (!access.ok) return `no server starts: ${access.error}`;
  return access.value ?? 'not known: no configuration here, pass --config';
}

function writeReport(out: Output, report: AuditReport, ms: number): void {
  const { looked, findings, counts, notes } = report;
  const ledger = looked.ledgerLines === 0 ? '' : `, ${looked.ledgerLines} ledger lines`;
  out.line(
    `looked at ${looked.deployments} deployments, ${looked.events} events, ${looked.services} services, ${looked.jobs} jobs${ledger} in ${durationText(ms)}`,
  );
  for (const note of notes) out.line(['faint', note]);
  for (const invariant of new Set(findings.map((each) => each.invariant))) {
    out.line('');
    out.line(
      ['bad', `${invariant}: ${counts[invariant] ?? 0} found`],
      `, although ${INVARIANTS[invariant]}`,
    );
    for (const finding of findings.filter((each) => each.invariant === invariant)) {
      const { deploymentId, service, eventSequence, message } = finding;
      const at = eventSequence === undefined ? '' : ` event ${eventSequence}`;
      out.line(
        '  ',
        ['strong', `${service ?? ''} ${deploymentId ?? ''}${at}`.trim()],
        ` ${message}`,
      );
    }
  }
  if (report.clean) out.line(['good', 'every guarantee holds']);
}
