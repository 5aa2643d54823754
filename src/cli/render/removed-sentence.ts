import { listed } from '../../domain/plan/listed.js';
import { fieldOf } from '../text/event-field.js';

const FATES: Readonly<Record<string, string>> = {
  retire: 'removed once the new version serves',
  retire_first: 'removed first: another target is at its place',
  replace: 'taken over by another target at its place',
};

/** `web-2 at 127.0.0.1:8082 left the configuration (removed once the new version serves)` */
export function removedSentence(targets: unknown): string {
  if (!Array.isArray(targets)) return 'targets left the configuration';
  return listed(
    targets.map((notice: unknown) => {
      const left = `left as it is: ${String(fieldOf(notice, 'reason'))}`;
      const fate = FATES[String(fieldOf(notice, 'fate'))] ?? left;
      const [target, address] = [fieldOf(notice, 'target'), fieldOf(notice, 'address')].map(String);
      return `${target} at ${address} left the configuration (${fate})`;
    }),
  );
}
