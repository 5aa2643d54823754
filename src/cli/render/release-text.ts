import {
  type Member,
  type MemberStatus,
  type Release,
  releaseReasonOf,
  type ReleaseStatus,
} from '../../domain/release/release.js';
import type { Output } from '../session/output.js';
import type { Segment } from '../text/line.js';
import type { Tone } from '../text/paint.js';

export const RELEASE_TONE: Readonly<Record<ReleaseStatus, Tone>> = {
  running: 'busy',
  completed: 'good',
  rolling_back: 'warn',
  rolled_back: 'warn',
  failed: 'bad',
  cancelled: 'faint',
};

const MEMBER_TONE: Readonly<Record<MemberStatus, Tone>> = {
  pending: 'faint',
  running: 'busy',
  completed: 'good',
  failed: 'bad',
  rolled_back: 'warn',
  skipped: 'faint',
};

/** `rel_… production march running: reason` */
export function releaseLine(release: Release): readonly Segment[] {
  const { id, environment, name, state } = release;
  const reason = releaseReasonOf(release);
  const { status } = state;
  return [
    `${id} ${environment} `,
    ['strong', name === null ? '' : `${name} `],
    [RELEASE_TONE[status], status],
    reason === null ? '' : `: ${reason}`,
  ];
}

export function memberLine({ service, version, status, reason }: Member): readonly Segment[] {
  return [
    `  ${service} ${version} `,
    [MEMBER_TONE[status], status],
    reason === null ? '' : `: ${reason}`,
  ];
}

export function writeRelease(out: Output, release: Release): void {
  out.line(...releaseLine(release));
  out.table(
    [
      { title: 'service', shrinks: true },
      { title: 'version', shrinks: true },
      { title: 'after', shrinks: true },
      { title: 'state' },
      { title: 'deployment' },
      { title: 'reason', shrinks: true },
    ],
    release.members.map((member) => [
      member.service,
      member.version,
      member.after.join(', '),
      [MEMBER_TONE[member.status], member.status],
      member.status === 'pending' || member.status === 'skipped' ? '' : member.deploymentId,
      member.reason ?? '',
    ]),
  );
}
