import { percentText } from '../../contracts/views/step-words.js';
import { analysisStandings } from '../../domain/explain/analysis-standing.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { bar, barLine, type Line, labelColumns } from '../text/bar.js';
import { type Tone, VERDICT_TONE } from '../text/paint.js';
import { newShare, sharesText } from '../text/share-text.js';

/** A frame stays low, however many there are. */
const SHOWN_FLAGS = 2;
const SHOWN_ANALYSES = 3;

/** Traffic, flags and analyses, as bars. */
export function progressLines(deployment: Deployment): readonly Line[] {
  const columns = labelColumns(deployment);
  return [
    ...trafficLines(deployment, columns),
    ...Object.entries(deployment.progress.flags)
      .slice(0, SHOWN_FLAGS)
      .map(([flag, progress]) =>
        barLine(
          `flag ${flag}`,
          (progress.now ?? 0) / 100,
          progress.settled ? 'good' : 'busy',
          flagText(progress),
          columns,
        ),
      ),
    ...analysisStandings(deployment)
      .slice(-SHOWN_ANALYSES)
      .map(({ analysis, rounds, of, report }) =>
        barLine(
          `analysis ${analysis}`,
          Math.min(1, rounds / of),
          VERDICT_TONE[report.verdict] ?? 'plain',
          `${report.verdict}: ${report.reason}`,
          columns,
        ),
      ),
  ];
}

function trafficLines(deployment: Deployment, columns: number): readonly Line[] {
  const { traffic } = deployment.progress;
  const share = newShare(deployment);
  if (traffic === null || share === null) return [];
  const tone: Tone = traffic.settled ? 'good' : 'busy';
  return [barLine('traffic', share, tone, trafficText(deployment), columns)];
}

/** `10% on 2.0.0: web-1 90%, web-3 10%` */
export function trafficText(deployment: Deployment): string {
  const { progress, version } = deployment;
  const share = newShare(deployment) ?? 0;
  const moving = progress.traffic?.settled === false ? ' (moving)' : '';
  return `${percentText(share * 100)} on ${version}: ${sharesText(progress.traffic?.now)}${moving}`;
}

/** The new version's part of the traffic as a small bar; `null` where it moves none. */
export function trafficBar(deployment: Deployment): string | null {
  const share = newShare(deployment);
  return share === null ? null : bar(share, 10);
}

/** `10% (before: 0%)` */
export function flagText({
  now,
  before,
  settled,
  foreign,
  left,
}: Deployment['progress']['flags'][string]): string {
  if (left) return 'as somebody else left it';
  if (foreign !== undefined) return `${foreign.found}, by somebody else`;
  const stands = now === null ? 'gone' : percentText(now);
  const was = before === null ? 'no such flag' : percentText(before);
  return `${stands} (before: ${was})${settled ? '' : ', being set'}`;
}
