import { ok } from '../../model/result.js';
import { type Decision, refusal } from './decision.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { PlanCommand } from './plan-command.js';
import { decide } from './plan-machine.js';
import { mayReport, type Report } from './report-rules.js';

const isReport = (what: PlanCommand | Report): what is Report => what.type.includes('.');

/** What an order comes to, or a worker's report: that is its own event, where it may still be written. */
export function decided(deployment: Deployment, what: PlanCommand | Report): Decision {
  if (!isReport(what)) return decide(deployment, what);
  if (mayReport(deployment, what)) return ok([what]);
  return refusal(`${what.type} comes too late: ${deployment.id} is ${deployment.state.status}`);
}
