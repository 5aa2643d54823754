import type { ServiceRef } from '../../../domain/model/ids.js';
import type { Target } from '../../../domain/model/target.js';
import type { RouterFailure } from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import {
  fill,
  placeholdersIn,
  subjectPlaceholders,
  templateProblem,
} from '../../drivers/process/placeholders.js';
import { failed } from './router-failure.js';

const OF_A_SERVICE: readonly string[] = ['service', 'environment'];

/** @throws TypeError for a placeholder that has no value where the template is used */
export function checkTemplate(template: string, of: 'service' | 'target'): void {
  const problem = templateProblem(template, 'check');
  if (problem !== null) throw new TypeError(problem);
  const without = placeholdersIn(template).find(
    (name) => name === 'version' || (of === 'service' && !OF_A_SERVICE.includes(name)),
  );
  if (without === undefined) return;
  const where = JSON.stringify(template);
  throw new TypeError(`{${without}} has no value in ${where}, which is the same for all of it`);
}

/** Whether it comes to something else for each target. */
export const namesTarget = (template: string): boolean =>
  placeholdersIn(template).some((name) => !OF_A_SERVICE.includes(name));

/** Names in a router's own language: a blank, a semicolon or a newline there would begin another word or command. */
const NAME = /^[A-Za-z0-9_.:-]{1,200}$/;

/** A name of something in the router, filled from a template and safe inside a command or a file. */
export function routerName(
  template: string,
  ref: ServiceRef,
  target: Target | null = null,
): Result<string, RouterFailure> {
  const filled = filledIn(template, ref, target);
  if (!filled.ok) return failed('router/rejected', filled.error);
  if (NAME.test(filled.value)) return filled;
  const shown = JSON.stringify(filled.value);
  return failed('router/rejected', `${shown} is no name that a router can have: ${template}`);
}

export const filledIn = (
  template: string,
  { service, environment }: ServiceRef,
  target: Target | null = null,
): Result<string, string> =>
  fill(template, subjectPlaceholders({ service, environment, version: null, target }));

/** The name of each target, in their order; two targets of one name can't be told apart. */
export function targetNames(
  template: string,
  ref: ServiceRef,
  targets: readonly Target[],
): Result<readonly string[], RouterFailure> {
  const names: string[] = [];
  for (const target of targets) {
    const name = routerName(template, ref, target);
    if (!name.ok) return name;
    const same = targets[names.indexOf(name.value)];
    if (same) {
      return failed('router/rejected', `${same.id} and ${target.id} are both called ${name.value}`);
    }
    names.push(name.value);
  }
  return ok(names);
}
