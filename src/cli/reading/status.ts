import { deploymentStatus, type DeploymentStatus } from '../../domain/manager/status.js';
import { PLAN_STATUSES } from '../../domain/model/deployment/plan-state.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { commandOf, type Program } from '../session/flags.js';
import type { Output } from '../session/output.js';
import { outcomeLine } from '../render/deployment-text.js';
import { statusView } from '../../contracts/views/deployment-view.js';
import { HEALTH_TONE, STATUS_TONE } from '../text/paint.js';
import { count } from '../render/step-text.js';
import { durationText } from '../text/time-text.js';

export function addStatus(program: Program, run: CliRun): void {
  commandOf(program, 'status')
    .description('what is going on, and how the last deployment ended')
    .action((flags) =>
      run.withSession(flags, async (session) => {
        const status = await deploymentStatus(session.index);
        if (flags.json) run.out.json(statusView(status));
        else writeStatus(run.out, status);
        return EXIT.ok;
      }),
    );
}

function writeStatus(out: Output, status: DeploymentStatus): void {
  const { activePlan, lastResult, lastHealth, counters } = status;
  if (activePlan === null) out.line(['faint', 'under way   '], 'nothing');
  else out.line(['faint', 'under way   '], ...outcomeLine(activePlan), ` ${activePlan.id}`);
  if (lastResult !== null) {
    const { state, targetsUpdated, targetsFailed, durationMs, errors } = lastResult;
    out.line(
      ['faint', 'last result '],
      [STATUS_TONE[state], state],
      `, ${count(targetsUpdated, 'target')} updated, ${targetsFailed} failed`,
      durationMs === null ? '' : ` in ${durationText(durationMs)}`,
      errors[0] === undefined ? '' : `: ${errors[0]}`,
    );
  }
  if (lastHealth !== null) {
    const { status: health, reason } = lastHealth;
    out.line(['faint', 'last health '], [HEALTH_TONE[health], health], `: ${reason}`);
  }
  out.line(
    ['faint', 'finished    '],
    `${status.deploymentsCompleted} completed, ${status.deploymentsFailed} failed`,
  );
  out.line('');
  out.table(
    [{ title: 'state' }, { title: 'deployments' }],
    PLAN_STATUSES.map((state) => [[STATUS_TONE[state], state], String(counters[state])]),
  );
}
