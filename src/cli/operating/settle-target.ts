import {
  EnvironmentNameSchema,
  ServiceNameSchema,
  TargetIdSchema,
} from '../../contracts/values/schemas.js';
import type { ServiceRef, Version } from '../../domain/model/ids.js';
import type { RepairNote } from '../../domain/repair/repair.js';
import { settle, settlementText, type Statement } from '../../domain/repair/settle.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT, type ExitCode } from '../session/exit-code.js';
import { answerText } from '../render/repair-text.js';
import { refuseUnknown } from '../session/known-places.js';
import type { RepairSession } from '../session/repair-session.js';

interface SettleFlags {
  readonly target: readonly string[];
  readonly version?: Version | 'unknown' | undefined;
  readonly apply?: true | undefined;
  readonly json?: true | undefined;
  readonly note: RepairNote;
}

/** A person says what runs on a target that was repaired by hand. */
export async function settleTarget(
  { out, ports }: CliRun,
  { audit, repairs }: RepairSession,
  { target, version, apply, json, note }: SettleFlags,
): Promise<ExitCode> {
  const statement = statementOf(target, version);
  const standing = await repairs.standing(statement.service);
  const settlement = settle(standing, statement, note, ports.now());
  if (!settlement.ok) {
    const places: ServiceRef[] = [];
    for await (const page of audit.services()) places.push(...page);
    refuseUnknown(statement.service, { places, said: true }, false);
    throw new Error(settlement.error);
  }
  const what = settlementText(settlement.value);
  const answer = apply ? await repairs.settle(settlement.value, note) : null;
  if (json) out.json({ what, applied: answer === 'done', answer });
  else {
    out.line(what);
    if (answer !== null) out.line([answer === 'done' ? 'good' : 'warn', answerText(answer)]);
    else {
      out.line(['faint', 'nothing was changed; say it with --apply --reason "<why>"']);
    }
  }
  return answer === null || answer === 'done' ? EXIT.ok : EXIT.failed;
}

function statementOf(
  [service, environment, target, ...more]: readonly string[],
  version: SettleFlags['version'],
): Statement {
  if (version === undefined) throw new UsageError('version: expected with --target');
  const parsed = {
    service: ServiceNameSchema.safeParse(service),
    environment: EnvironmentNameSchema.safeParse(environment ?? ''),
    target: TargetIdSchema.safeParse(target),
  };
  if (
    more.length > 0 ||
    !parsed.service.success ||
    !parsed.environment.success ||
    !parsed.target.success
  ) {
    throw new UsageError('target: expected <service> <environment> <target>');
  }
  return {
    service: { service: parsed.service.data, environment: parsed.environment.data },
    target: parsed.target.data,
    version: version === 'unknown' ? null : version,
  };
}
