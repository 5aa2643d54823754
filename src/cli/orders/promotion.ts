import { promotionView } from '../../contracts/views/release-view.js';
import {
  type Promotion,
  type PromotionId,
  promotionId,
  type PromotionStatus,
} from '../../domain/promotion/promotion.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { commandOf, parseInteger, parseName, type Program } from '../session/flags.js';
import { releasesOf } from '../session/release-session.js';
import type { Tone } from '../text/paint.js';
import type { Cell } from '../text/table.js';
import { durationText } from '../text/time-text.js';
import { personOf } from '../session/person.js';

const TONE: Readonly<Record<PromotionStatus, Tone>> = {
  soaking: 'busy',
  ready: 'warn',
  promoting: 'busy',
  promoted: 'good',
  dropped: 'faint',
  failed: 'bad',
};

export function addPromotion(program: Program, run: CliRun): void {
  const promotion = program
    .command('promotion')
    .description('versions on their way from one environment to another');
  addList(promotion, run);
  addApprove(promotion, run);
}

function addList(promotion: Program, run: CliRun): void {
  commandOf(promotion, 'list')
    .description('those that something may still become of')
    .option('--all', 'also those that have ended')
    .option('--limit <n>', 'how many', parseInteger(1, 200), 50)
    .action((flags) =>
      run.withSession(flags, async (opened) => {
        const { promotionStore } = releasesOf(opened);
        const { limit } = flags;
        const found = await promotionStore.list({ open: flags.all !== true, limit });
        if (flags.json) run.out.json(found.map(promotionView));
        else if (found.length === 0) run.out.line('no promotion is open');
        else {
          run.out.table(
            [
              { title: 'promotion' },
              { title: 'service', shrinks: true },
              { title: 'version', shrinks: true },
              { title: 'from', shrinks: true },
              { title: 'state' },
              { title: 'reason', shrinks: true },
            ],
            found.map((each) => rowOf(each, run.ports.now())),
          );
        }
        return EXIT.ok;
      }),
    );
}

function addApprove(promotion: Program, run: CliRun): void {
  commandOf(promotion, 'approve')
    .description('let one go on that waits for a person')
    .argument('<id>', 'the promotion', parsePromotionId)
    .option('--by <who>', 'who lets it go on; else USER', parseName)
    .action((id, flags) =>
      run.withSession(flags, async (opened) => {
        const by = personOf(run, flags.by);
        const { releases, promotionStore } = releasesOf(opened);
        if ((await promotionStore.load(id)) === undefined) {
          throw new UsageError(`id: no promotion ${id}. List them: \`signalbox promotion list\``);
        }
        const going = await releases.promote(id, by);
        if (flags.json) run.out.json(promotionView(going));
        else run.out.line(`${id} goes on to ${going.to}, let go by ${by}`);
        return EXIT.ok;
      }),
    );
}

function rowOf(promotion: Promotion, now: number): readonly Cell[] {
  const { id, service, version, from, state, soakUntil } = promotion;
  const { status } = state;
  const left = durationText(Math.max(0, soakUntil - now));
  const soaking = status === 'soaking' ? `${left} to go` : '';
  const reason = 'reason' in state ? state.reason : soaking;
  return [id, service, version, from, [TONE[status], status], reason];
}

function parsePromotionId(text: string): PromotionId {
  try {
    return promotionId(text);
  } catch {
    throw new UsageError('id: expected a promotion id such as dep_01j9z3k8w2.production');
  }
}
