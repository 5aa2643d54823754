import { type CountName, type Figures, figuresOf, sumOf } from './figures.js';
import { quantile } from './recovery-times.js';
import type { Report } from './report.js';

/** The run in some lines, for people, figures first: all parts together, and then each. */
export function reportText(reports: readonly Report[]): string {
  const parts = reports.map((report) => `${partText(report)}\n${linesOf(figuresOf(report))}`);
  if (parts.length < 2) return parts.join('');
  return [`TOGETHER\n${linesOf(sumOf(reports.map(figuresOf)))}`, ...parts].join('\n\n');
}

const partText = ({ backend, seed, workers, services }: Report): string =>
  `${backend.toUpperCase()}\n${line('seed', `${seed}, ${workers} workers, ${services} services`)}`;

const line = (name: string, text: string): string => `${name.padEnd(12)} ${text}`;

function linesOf(figures: Figures): string {
  const { endings, times } = figures;
  const counted = (text: string): string =>
    text.replaceAll(/\$(\w+)/g, (_, name: string) =>
      String(Math.round(10 * figures.counts[name as CountName]) / 10),
    );
  const ended = Object.entries(endings).map(([status, count]) => `${count} ${status}`);
  return [
    line('minutes', counted('$minutes')),
    line('deployments', counted(`$deployments (${ended.join(', ')}), $events events`)),
    line('effects', counted('$effects on targets; $refusedCalls calls refused for an old fence')),
    line(
      'kills',
      counted('$kills from outside, $selfKills between two calls; $started workers started'),
    ),
    line('freezes', counted('$freezes past the lease; $clocks clocks turned')),
    line(
      'Redis',
      counted('$restarts restarts, $stalls stalls, $full times full, $failovers failovers'),
    ),
    line('network', counted('$cut cut, $slow slow, $silent silent, $halfOpen half-open')),
    line('queues', counted('$duplicates duplicates, $retried retried, $poison poison, $lost lost')),
    line(
      'world',
      counted(
        '$heldOut targets held out by people, $endedTargets ended, router away $routerAway times',
      ),
    ),
    line(
      'router',
      counted(
        '$samples samples of its table, $low below the floor by the world alone; $lateCalls late calls',
      ),
    ),
    line(
      'orders',
      counted(
        '$orders given, $refusedOrders refused, $unanswered unanswered; $repeated requests repeated',
      ),
    ),
    line(
      'settled',
      counted(`${times.settled.join(', ')} ms after the last fault; $open left open`),
    ),
    line('resumed', `${timesText(times.alone)} (one death at a time)`),
    line('', `${timesText(times.inTheStorm)} (in the storm)`),
    ...(times.outages.length > 0
      ? [line('no writes', `${timesText(times.outages)} (failovers asked for)`)]
      : []),
    line(
      'unfenced',
      counted('$superseded services that cannot fence saw a late call; $lies lies found out'),
    ),
    line('violations', counted('$violations')),
  ].join('\n');
}

function timesText(times: readonly number[]): string {
  const at = (share: number): string => `${quantile(times, share) ?? '-'} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}, of ${times.length}`;
}
