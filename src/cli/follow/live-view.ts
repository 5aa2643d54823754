import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { Output } from '../session/output.js';
import type { EventView } from '../../contracts/views/deployment-view.js';
import { line } from '../text/line.js';
import { outcomeLine } from '../render/deployment-text.js';
import { DrainsSeen } from './drains-seen.js';
import { progressFrame } from '../render/progress-frame.js';
import { timelineFilter } from '../render/timeline-filter.js';
import { timelineLines } from '../render/timeline.js';

/** How a deployment that is followed is shown. */
export interface LiveView {
  update(deployment: Deployment, events: readonly EventView[]): void;
  /** The last word on it. */
  end(deployment: Deployment): void;
}

export function liveView(out: Output, json: boolean, now: () => number): LiveView {
  if (json) return { update: () => {}, end: () => {} };
  return out.animated ? drawnInPlace(out, now) : lineByLine(out);
}

function lineByLine(out: Output): LiveView {
  const isTold = timelineFilter();
  return {
    update: (_, events) => {
      for (const event of events.filter(isTold)) {
        for (const segments of timelineLines(event)) out.line(...segments);
      }
    },
    end: (deployment) => out.line(...outcomeLine(deployment)),
  };
}

function drawnInPlace(out: Output, now: () => number): LiveView {
  let drawn = 0;
  // A frame has no room for them.
  const failures = new Map<unknown, EventView>();
  const drains = new DrainsSeen();
  return {
    update: (deployment, events) => {
      for (const event of events) {
        drains.take(event);
        if (timelineLines(event).length > 1) failures.set(event.data['target'], event);
      }
      const width = Math.max(20, (out.width ?? 80) - 1);
      const frame = progressFrame(deployment, now(), drains.words(now()));
      const lines = frame.map((parts) => line(parts, width, out.paint));
      const over = drawn > 0 ? `\u001b[${drawn}A\u001b[J` : '';
      out.raw(`${over}${lines.join('\n')}\n`);
      drawn = lines.length;
    },
    end: (deployment) => {
      for (const event of failures.values()) {
        for (const segments of timelineLines(event)) out.line(...segments);
      }
      out.line(...outcomeLine(deployment));
    },
  };
}
