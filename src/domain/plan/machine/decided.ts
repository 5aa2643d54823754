import { ok } from '../../model/result.js';
import { type Conclusion, type Decision, refusal } from './decision.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { PlanCommand } from './plan-command.js';
import { decide } from './plan-machine.js';
import { mayReport, type Report } from './report-rules.js';

/** What is written of a deployment: an order, a fact that a worker reports, or what it concludes. */
export type Said = PlanCommand | Report | Conclusion;

const isReport = (said: PlanCommand | Report): said is Report => said.type.includes('.');

/** What it comes to as the deployment stands now: a report is its own event, where it may still be written. */
export function decided(deployment: Deployment, said: Said): Decision {
  if (typeof said === 'function') return ok(said(deployment));
  if (!isReport(said)) return decide(deployment, said);
  if (mayReport(deployment, said)) return ok([said]);
  return refusal(`${said.type} comes too late: ${deployment.id} is ${deployment.state.status}`);
}
