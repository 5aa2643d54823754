import type { DriverCall } from '../../../domain/ports/target-driver.js';
import type { ProbeSubject } from '../../../domain/ports/health-probe.js';
import type { Target } from '../../../domain/model/target.js';
import { err, ok, type Result } from '../../../domain/model/result.js';
import { didYouMean } from '../../../contracts/problems/near-miss.js';
import { readByShell, shellSyntaxIn } from './shell-words.js';
import { parseAddress } from './target-address.js';

/** `{{name}}` stands for a literal `{name}`; braces around anything that is no name are literal too. */
const PLACEHOLDER = /\{\{([A-Za-z][\w.-]*)\}\}|\{([A-Za-z][\w.-]*)\}/g;
const METADATA = 'target.metadata.';

const OF_A_TARGET = [
  'service',
  'environment',
  'target.id',
  'target.name',
  'target.address',
  'target.host',
  'target.port',
] as const;
const OF_A_CHECK = [...OF_A_TARGET, 'version'] as const;
const OF_A_CALL = [...OF_A_CHECK, 'previousVersion', 'deploymentId', 'fence', 'action'] as const;

/**
 * Where a template is filled: in a driver's call, in a check, which knows less,
 * or in an observation, which must not be told what it might then only repeat.
 */
export type TemplateUse = 'call' | 'check' | 'observation';

const KNOWN: Readonly<Record<TemplateUse, readonly string[]>> = {
  call: OF_A_CALL,
  check: OF_A_CHECK,
  observation: OF_A_TARGET,
};

/** Placeholder name to value; `undefined` has no value here. */
export type PlaceholderValues = (name: string) => string | undefined;

/** A sentence on what is wrong with a template, whatever the values; `null` when nothing is. */
export function templateProblem(template: string, use: TemplateUse): string | null {
  const known = KNOWN[use];
  for (const name of placeholdersIn(template)) {
    if (known.includes(name) || (name.startsWith(METADATA) && name !== METADATA)) continue;
    const choice = [...known, `${METADATA}KEY`].map((one) => `{${one}}`).join(' ');
    return `{${name}} is no placeholder${didYouMean(name, known)}; there are ${choice}, and {{${name}}} for the text itself`;
  }
  return null;
}

export const placeholdersIn = (template: string): readonly string[] =>
  [...template.matchAll(PLACEHOLDER)].flatMap(([, , name]) => (name === undefined ? [] : [name]));

/**
 * Every placeholder with its value put in as it is: nothing in a value is looked at again.
 * An IPv6 `{target.host}` has its brackets before a port or a path, and in a URL (RFC 3986, 3.2.2).
 */
export function fill(template: string, values: PlaceholderValues): Result<string, string> {
  let missing: string | null = null;
  const filled = template.replaceAll(
    PLACEHOLDER,
    (found: string, literal: string | undefined, name = '', at = 0) => {
      if (literal !== undefined) return `{${literal}}`;
      const value = values(name);
      if (value === undefined) missing ??= name;
      const isHost = name === 'target.host' && value?.includes(':') === true;
      const before = template.slice(0, at);
      const isInAddress = template[at + found.length] === ':' || /\/\/([^/]*@)?$/.test(before);
      return isHost && isInAddress ? `[${value}]` : (value ?? '');
    },
  );
  return missing === null ? ok(filled) : err(`{${String(missing)}} has no value here`);
}

/**
 * Fills a command line, element by element: a value with spaces stays one argument.
 * What a shell is to read takes no value with the shell's own characters: a version
 * comes from whoever publishes jobs, and must not become a command.
 */
export function fillArgv(
  argv: readonly [string, ...string[]],
  values: PlaceholderValues,
): Result<[string, ...string[]], string> {
  const filled: string[] = [];
  const scripts = readByShell(argv);
  for (const [at, template] of argv.entries()) {
    const element = fill(template, values);
    const syntax = scripts.has(at) ? shellSyntaxOf(template, values) : null;
    if (syntax !== null) return err(syntax);
    if (!element.ok) return element;
    // A name or a metadata value may come from whoever publishes jobs, and must not become an option.
    if (element.value.startsWith('-') && !template.startsWith('-')) {
      return err(`${JSON.stringify(template)} would become an option: a value starts with "-"`);
    }
    if (element.value.includes('\0')) return err(`${JSON.stringify(template)} holds a NUL`);
    filled.push(element.value);
  }
  const [command = '', ...rest] = filled;
  return command === '' ? err('the command is empty') : ok([command, ...rest]);
}

/** A sentence where a value would put characters of the shell's own into what a shell reads. */
function shellSyntaxOf(template: string, values: PlaceholderValues): string | null {
  for (const name of placeholdersIn(template)) {
    const character = shellSyntaxIn(values(name) ?? '');
    if (character === null) continue;
    return `{${name}} would put ${JSON.stringify(character)} into ${JSON.stringify(template)}, which a shell reads; pass it as an argument of a script of yours, or read "$SIGNALBOX_VERSION" there`;
  }
  return null;
}

export function callPlaceholders(call: DriverCall): PlaceholderValues {
  const fixed: Readonly<Record<string, string>> = {
    service: call.service,
    environment: call.environment,
    version: call.version ?? '',
    previousVersion: call.previousVersion ?? '',
    deploymentId: call.deploymentId,
    fence: String(call.fence),
    action: call.action,
  };
  return (name) => own(fixed, name) ?? ofTarget(call.target, name);
}

/** A check of a version that is not known, or of no target, has no value there rather than an empty one. */
export function subjectPlaceholders(subject: ProbeSubject): PlaceholderValues {
  const { service, environment, version, target } = subject;
  const fixed: Readonly<Record<string, string>> = {
    service,
    environment,
    ...(version === null ? {} : { version }),
  };
  return (name) => own(fixed, name) ?? (target === null ? undefined : ofTarget(target, name));
}

function ofTarget(target: Target, name: string): string | undefined {
  if (name.startsWith(METADATA)) return own(target.metadata, name.slice(METADATA.length));
  switch (name) {
    case 'target.id':
      return target.id;
    case 'target.name':
      return target.name;
    case 'target.address':
      return target.address;
    case 'target.host':
      return parseAddress(target.address)?.host;
    case 'target.port':
      return parseAddress(target.address)?.port?.toString();
    default:
      return undefined;
  }
}

const own = (record: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
