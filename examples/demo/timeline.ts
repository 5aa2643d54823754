import type { DeploymentEvent } from 'signalbox/events';

/** One readable line for an event that a person wants to see; `null` for the others. */
export function describe(event: DeploymentEvent, targets: number): string | null {
  const { type, data } = event;
  const target = textOf(data['target']);
  switch (type) {
    case 'deployment.started':
      return 'started';
    case 'deployment.target_started':
      return `${target} …`;
    case 'deployment.target_updated':
      return `${target} runs ${event.version}`;
    case 'deployment.target_retried':
      return `${target} will be tried again: ${String(data['error'])}`;
    case 'deployment.target_failed':
      return `${target} FAILED: ${firstLine(data['error'])}`;
    case 'deployment.waiting':
      return 'baking: what is there is watched before the rest follows';
    case 'deployment.verifying':
      return `verifying all ${targets} targets`;
    case 'deployment.verified':
      return `verified: ${verdict(data['verification'])}`;
    case 'deployment.rollback_started':
      return `rolling back: ${firstLine(data['reason'])}`;
    case 'deployment.target_restored':
      return `${target} has ${String(data['version'])} back`;
    case 'deployment.completed':
      return 'completed';
    case 'deployment.rolled_back':
      return 'rolled back';
    case 'deployment.failed':
      return `FAILED: ${firstLine(data['reason'])}`;
    default:
      return null;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const firstLine = (text: unknown): string => {
  const [line = ''] = String(text).split('\n');
  return line.length > 110 ? `${line.slice(0, 110)}…` : line;
};

function verdict(verification: unknown): string {
  const { status, reason } = Object(verification);
  return `${status} (${reason})`;
}

/** Counts targets that have the wanted version, as a bar. */
export class Progress {
  readonly #targets: number;
  readonly #there = new Set<string>();

  constructor(targets: number) {
    this.#targets = targets;
  }

  take({ type, data }: DeploymentEvent): void {
    const target = textOf(data['target']);
    if (type === 'deployment.target_updated') this.#there.add(target);
    if (type === 'deployment.target_failed' || type === 'deployment.target_restored') {
      this.#there.delete(target);
    }
  }

  bar(): string {
    const done = this.#there.size;
    return `[${'█'.repeat(done * 3)}${'·'.repeat((this.#targets - done) * 3)}] ${done}/${this.#targets}`;
  }
}
